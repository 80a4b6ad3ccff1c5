import { isIPv4 } from 'node:net';

/** True for `localhost`, 127.0.0.0/8 and ::1, the latter with or without brackets. */
export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true;
  return isIPv4(host) && host.startsWith('127.');
}

/**
 * An absolute URL that may carry a credential: https, or plain http to this very machine.
 * @param what named in the error
 * @throws TypeError
 */
export function credentialSafeUrl(text: string | URL, what: string): URL {
  if (!URL.canParse(String(text))) throw new TypeError(`${what} is not an absolute URL`);
  const url = new URL(text);
  if (url.username || url.password) throw new TypeError(`${what} must not carry a user name or password`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))) return url;
  throw new TypeError(`${what} must be https (plain http only to loopback), not ${url.protocol}//${url.host}`);
}
