import { createHash } from 'node:crypto';

/** SHA-256 of the signed compact form, base64url: tells one token from all others, and cannot be used in its place. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
