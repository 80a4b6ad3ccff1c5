import type { StoredDigestKey, StoredLocalKey } from '../../../core/ports/envelope-store.ts';
import type { EnvelopeContexts } from './key-envelope.ts';

/** With the id of its row: the envelope of a key that was destroyed must not become that of the next one. */
export function signingKeyContexts({ id, issuer, kid, algorithm }: Omit<StoredLocalKey, 'envelope'>): EnvelopeContexts {
  return [
    ['mintmark signing key', id, issuer, kid, algorithm],
    ['mintmark signing key', issuer, kid, algorithm], // Without it, as long as keys of earlier versions live.
  ];
}

/** By purpose and version, whatever the row is called: a key that digests client secrets never proves a key set. */
export function digestKeyContexts(key: Pick<StoredDigestKey, 'purpose' | 'version'>): EnvelopeContexts {
  return [['mintmark digest key', digestKeyName(key)]];
}

export function digestKeyName({ purpose, version }: Pick<StoredDigestKey, 'purpose' | 'version'>): string {
  return `${purpose}.v${version}`;
}
