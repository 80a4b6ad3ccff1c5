import { createHash } from 'node:crypto';
import type { KeySetIdentity } from '../../../model/verifier-evidence.ts';
import type { AnnouncedKeySet } from './watch-event.ts';

/** Versions that are remembered: an acknowledgement of an older one says nothing about a key that is to sign. */
const REMEMBERED = 64;

/** The key sets that this replica has told verifiers of, so that nobody can acknowledge what never was. */
export class AnnouncedSets {
  readonly #sets = new Map<string, AnnouncedKeySet>();

  /** @param body the document, as it is served */
  add(body: string): AnnouncedKeySet {
    const { epoch, version, keys } = JSON.parse(body) as Document;
    const digest = createHash('sha256').update(body).digest('base64url');
    const set = { epoch, version, digest, body, kids: keys.map(({ kid }) => kid).sort() };
    this.#sets.set(name(set), set);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > REMEMBERED && oldest !== undefined) this.#sets.delete(oldest);
    return set;
  }

  /** The set that an acknowledgement names; `undefined` if there was none of that version with that digest. */
  find(acknowledged: KeySetIdentity): AnnouncedKeySet | undefined {
    const set = this.#sets.get(name(acknowledged));
    return set?.digest === acknowledged.digest ? set : undefined;
  }
}

interface Document {
  readonly epoch: number;
  readonly version: number;
  readonly keys: readonly { readonly kid: string }[];
}

function name({ epoch, version }: Pick<KeySetIdentity, 'epoch' | 'version'>): string {
  return `${epoch}.${version}`;
}
