/** Whether a URL points at this very machine: only there may keys or tokens travel in clear. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** @returns the URL @throws TypeError unless it is https, or http on loopback, without credentials or fragment; a query is a part of it as any */
export function requireSafeUrl(text: string | URL, name: string): URL {
  const url = URL.parse(String(text));
  if (!url) throw new TypeError(`${name} must be an absolute URL, got ${JSON.stringify(String(text))}`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new TypeError(`${name} must be https (plain http only on loopback), got ${url.protocol}//${url.host}`);
  }
  if (url.username || url.password || url.hash) throw new TypeError(`${name} must not carry credentials or a fragment`);
  return url;
}
