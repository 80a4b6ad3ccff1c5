import {
  digestOfKeys,
  isLater,
  tamperingWith,
  type KeyChange,
  type KeySet,
  type KeyTransition,
} from '../../core/model/key-set.ts';
import { LEGAL_TRANSITIONS, type SigningKey } from '../../core/model/signing-key.ts';
import { SigningProviderError } from '../../core/ports/signing-key-provider.ts';
import { markOfKid } from './key-manifest.ts';

/** In a new epoch the publication of a standby counts anew. */
export function isLegal({ from, key }: KeyChange, opensEpoch: boolean): boolean {
  if (opensEpoch && from === 'published' && key.state === 'published') return true;
  return from === null ? key.state === 'generating' : LEGAL_TRANSITIONS[from].includes(key.state);
}

export function successor(current: KeySet, { changes, leadsTo, condemns = [] }: KeyTransition, now: Date): KeySet {
  const pair = leadsTo ?? { epoch: current.epoch, version: current.version + 1 };
  if (!isLater(pair, current)) throw new Error('a key set cannot go back');
  const changed = new Map<string, SigningKey>(changes.map(({ key }) => [key.id, key]));
  const kept = current.keys.filter(({ id }) => !changed.has(id));
  const keys = [...kept, ...changed.values()];
  const activates = changes.some(({ key }) => key.state === 'active');
  const condemned = [...new Set([...(current.condemned ?? []), ...condemns])];
  return {
    epoch: pair.epoch,
    version: pair.version,
    digest: digestOfKeys(keys),
    firstActivatedAt: current.firstActivatedAt ?? (activates ? now : null),
    keys,
    ...(condemned.length > 0 && { condemned }),
  };
}

/**
 * What somebody has tampered with is no ground to make, use or destroy a key on.
 * @throws SigningProviderError KEY_UNREADABLE
 */
export function demandUntampered(set: KeySet, { algorithm }: SigningKey): void {
  const finding = tamperingWith(set, algorithm);
  if (finding !== undefined) throw new SigningProviderError('KEY_UNREADABLE', `${algorithm} is sealed: ${finding}.`);
}

export function marksOfDestroyed(key: SigningKey): readonly string[] {
  return key.state === 'destroyed' && key.kid !== null ? [markOfKid(key.kid)] : [];
}

/**
 * Somebody who kept the private key of a destroyed key, encrypted as it is, may have put it where the next one was expected.
 * @throws SigningProviderError KEY_UNREADABLE
 */
export function demandUnspent(spent: readonly string[], { from, key }: KeyChange): void {
  if (from !== 'generating' || key.state !== 'published' || !spent.includes(markOfKid(key.kid))) return;
  throw new SigningProviderError(
    'KEY_UNREADABLE',
    `The key ${key.handle} that was to be published was destroyed before (${key.kid}): somebody put it back. Remove it from ` +
      'where private keys are kept; another one is made in its place.',
  );
}
