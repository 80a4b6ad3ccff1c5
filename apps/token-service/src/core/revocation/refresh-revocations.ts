import { REVOCATIONS_TYP } from '@mintmark/contract';
import { encodeSigningInput, joinCompact } from '@mintmark/jws';
import type { KeyRing } from '../keys/distribution/key-ring.ts';
import type { RevocationStore } from '../ports/revocation-store.ts';
import type { RevocationFeed } from './revocation-feed.ts';

interface Ports {
  readonly store: Pick<RevocationStore, 'head' | 'load'>;
  readonly feed: RevocationFeed;
  /** Sign this document and nothing else: what steals the keys of tokens cannot forge it, nor the other way round. */
  readonly keys: Pick<KeyRing, 'active' | 'release'>;
}

export const REVOCATIONS_ALGORITHM = 'ES256';

/** Asks the database what is revoked, and signs it anew where it has changed or the document grows old. */
export class RefreshRevocations {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the store and the ring throw; the document then grows older */
  async execute(): Promise<void> {
    const { store, feed } = this.#ports;
    const question = feed.contact();
    const { value: head } = await store.head();
    if (feed.holds(head)) feed.renew(question);
    else feed.accept((await store.load()).value, question);
    await this.#sign();
  }

  async #sign(): Promise<void> {
    const { feed, keys } = this.#ports;
    const unsigned = feed.toSign();
    if (!unsigned) return;
    const key = keys.active(REVOCATIONS_ALGORITHM);
    const input = encodeSigningInput({ alg: key.algorithm, kid: key.kid, typ: REVOCATIONS_TYP }, unsigned.claims);
    const signed = joinCompact(input, await key.sign(Buffer.from(input, 'ascii')));
    feed.publish(keys.release(signed, key), unsigned);
  }
}
