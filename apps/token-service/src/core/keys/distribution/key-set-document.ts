import { createHash } from 'node:crypto';
import { hasPrivateMember } from '@mintmark/jws';
import type { KeySet } from '../../model/key-set.ts';
import { isVerifying, type VerifyingKey } from '../../model/signing-key.ts';

/** A JWK Set (RFC 7517 §5) as it goes over the wire, with the extra members `epoch` and `version`. */
export interface KeySetDocument {
  readonly body: string;
  /** Strong and quoted (RFC 9110 §8.8.3). */
  readonly etag: string;
}

export interface PublishedKeySet extends KeySetDocument {
  /** How long HTTP caches may keep it, and how much longer while we cannot be reached: whole seconds, together at most A. */
  readonly maxAgeSeconds: number;
  readonly staleIfErrorSeconds: number;
  /** Last contact with the database. */
  readonly asOf: Date;
}

/**
 * The document of one version of the set.
 * @returns `undefined` for a set in which nothing verifies: a verifier must never be given an empty one
 */
export function keySetDocument({ epoch, version, keys }: KeySet): KeySetDocument | undefined {
  const verifying = keys.filter(isVerifying).sort(byAge);
  if (verifying.length === 0) return undefined;
  const body = JSON.stringify({ keys: verifying.map(publicJwkOf), epoch, version });
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

function publicJwkOf({ publicJwk, kid, algorithm }: VerifyingKey) {
  // The last line of defence, whatever a database row says.
  if (hasPrivateMember(publicJwk)) throw new Error(`the public key of ${kid} has a private member`);
  return { ...publicJwk, kid, alg: algorithm, use: 'sig' };
}

function byAge(one: VerifyingKey, other: VerifyingKey): number {
  return one.publishedAt.getTime() - other.publishedAt.getTime() || (one.kid < other.kid ? -1 : 1);
}
