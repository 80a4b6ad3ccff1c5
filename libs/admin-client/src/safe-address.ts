import { isIPv4 } from 'node:net';

/**
 * The address of an admin API: https, or plain http to this very machine, because every call carries an operator's token.
 * @param text an absolute URL; a path is kept, a slash at its end is dropped
 * @throws TypeError saying what is wrong and what is allowed
 */
export function safeAddress(text: string, what: string): URL {
  if (!URL.canParse(text)) throw new TypeError(`${what} is not an absolute URL: ${JSON.stringify(text)}`);
  const url = new URL(text);
  if (url.username || url.password) throw new TypeError(`${what} must not carry a user name or password`);
  if (url.search || url.hash) throw new TypeError(`${what} must have no query and no fragment`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError(`${what} must be https (plain http only to loopback), not ${url.protocol}//${url.host}`);
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
