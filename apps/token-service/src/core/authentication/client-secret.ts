import { timingSafeEqual } from 'node:crypto';
import { isLiveSecret, type Client, type ClientSecret } from '../model/client.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import type { Proof } from './proof.ts';

export interface PresentedSecret {
  readonly method: 'client_secret_basic' | 'client_secret_post';
  readonly clientId: string;
  readonly secret: string;
}

/** A client that shows one of the secrets made for it (RFC 6749 §2.3.1). */
export function proveSecret(
  { method, clientId, secret }: PresentedSecret,
  { client, digests, now }: { client: Client | undefined; digests: SecretDigest; now: Date },
): Proof {
  const match = matchSecret(client, secret, digests, now);
  if (client && match) return { outcome: 'proved', method, client, credentialId: match.id };
  return { outcome: 'refuted', method, claimed: clientId, reason: client ? 'secret-wrong' : 'client-unknown' };
}

/**
 * Finds which of a client's secrets, if any, was presented. A client that does not exist costs as much as one whose secret is
 * wrong, however many it has: one digest is made and compared in any case, so that time tells nobody which ids are real. Only
 * a secret kept under an earlier digest key costs a second one, until it is replaced.
 * @param now secrets that have expired by then do not match
 */
function matchSecret(
  client: Client | undefined,
  presented: string,
  digests: SecretDigest,
  now: Date,
): ClientSecret | undefined {
  const candidates = client?.secrets.filter((secret) => isLiveSecret(secret, now)) ?? [];
  const current = digests.digest(presented);
  if (candidates.length === 0) timingSafeEqual(current, NOBODYS_DIGEST);
  return candidates.find((secret) => {
    const isCurrent = secret.digestKeyId === digests.keyId;
    const digest = isCurrent ? current : digests.digestWith(secret.digestKeyId, presented);
    return digest !== undefined && timingSafeEqual(digest, secret.digest);
  });
}

const NOBODYS_DIGEST = Buffer.alloc(32);
