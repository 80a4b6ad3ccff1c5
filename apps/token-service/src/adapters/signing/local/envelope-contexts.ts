import type { StoredDigestKey, StoredLocalKey } from '../../../core/ports/envelope-store.ts';
import type { EnvelopeContext } from './key-envelope.ts';

export function signingKeyContext({ issuer, kid, algorithm }: Omit<StoredLocalKey, 'envelope'>): EnvelopeContext {
  return ['mintmark signing key', issuer, kid, algorithm];
}

export function digestKeyContext({ id }: Pick<StoredDigestKey, 'id'>): EnvelopeContext {
  return ['mintmark digest key', id];
}
