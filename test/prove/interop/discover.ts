/** What a verifier learns from the issuer's address and nothing else. */
export interface Discovered {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly token_endpoint: string;
}

/** OpenID Connect Discovery 1.0 §4, for libraries that leave it to their users. */
export async function discover(issuer: string): Promise<Discovered> {
  const document = await getJson<Discovered>(`${issuer}/.well-known/openid-configuration`);
  if (document.issuer !== issuer) throw new Error(`the document of ${issuer} is of another issuer`);
  return document;
}

export async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}
