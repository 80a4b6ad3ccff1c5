import { requireSafeUrl } from './keys/loopback.ts';

/**
 * Where callers reach this resource, as configured: with the path of a call behind it, what the call's DPoP proof must
 * name. What a caller says of it, in `Host` or anywhere else, would let a proof for one server serve at another.
 * @returns the URL without a slash at its end; `undefined` where none is configured
 * @throws TypeError unless it is https, or http on loopback, and has no user, query or fragment
 */
export function readExternalUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { origin, pathname, href } = requireSafeUrl(url, 'external URL');
  if (href !== origin + pathname) throw new TypeError('external URL takes no query and no fragment');
  return href.replace(/\/+$/, '');
}
