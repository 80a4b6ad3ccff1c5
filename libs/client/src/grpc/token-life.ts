/**
 * Seconds of life by the token's own `exp` and `iat`, which carry fractions where time is scaled. The signature is the
 * resource's business; here the token comes straight from the issuer.
 * @returns `undefined` if the token has no such claims
 */
export function lifeByClaims(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
    return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined;
  } catch {
    return undefined;
  }
}
