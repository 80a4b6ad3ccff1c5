import type { SigningAlgorithm } from '@mintmark/contract';
import type { KeySet } from '../model/key-set.ts';
import type { SigningKey } from '../model/signing-key.ts';
import { latestExpiry, rotatesAt } from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import { nextTransitions, type Agenda } from '../keys/lifecycle/next-transition.ts';
import type { KeyView, NextView, RingName, RingView } from './views.ts';

interface Moment {
  readonly now: Date;
  readonly timing: Timing;
  readonly algorithms: readonly SigningAlgorithm[];
}

/** A ring with each key's next step: when it may come, and what it waits for. */
export function ringView(ring: RingName, set: KeySet, moment: Moment): RingView {
  const agenda = nextTransitions(set, moment);
  const keys = set.keys.map((key) => keyView(key, nextOf(key, agenda, moment)));
  return { ring, epoch: set.epoch, version: set.version, keys };
}

function keyView(key: SigningKey, next: NextView | null): KeyView {
  const activated = key.state === 'active' || key.state === 'deactivated' ? key : undefined;
  return {
    kid: 'kid' in key ? key.kid : null,
    algorithm: key.algorithm,
    state: key.state,
    createdAt: key.createdAt,
    publishedAt: 'publishedAt' in key ? key.publishedAt : null,
    activatedAt: activated?.activatedAt ?? null,
    signNotAfter: activated?.signNotAfter ?? null,
    verifyUntil: activated?.verifyUntil ?? null,
    latestExpiry: activated ? latestExpiry(activated) : null,
    next,
  };
}

function nextOf(key: SigningKey, agenda: Agenda, { now, timing, algorithms }: Moment): NextView | null {
  const isUsed = algorithms.includes(key.algorithm);
  switch (key.state) {
    case 'generating':
      return { transition: 'publish', notBefore: now, waitsFor: null };
    case 'published':
      return isUsed ? waitFor('activate', key.kid, agenda, now) : null;
    case 'active':
      if (!isUsed) return { transition: 'deactivate', notBefore: key.signNotAfter, waitsFor: null };
      return {
        transition: 'deactivate',
        notBefore: takeoverOf(key.algorithm, agenda) ?? rotatesAt(key, timing),
        waitsFor: 'successor',
      };
    case 'deactivated':
    case 'compromised':
      return waitFor('destroy', key.kid, agenda, now);
    case 'destroyed':
      return null;
  }
}

/** What the agenda does not wait for is due. */
function waitFor(transition: 'activate' | 'destroy', kid: string, { waits }: Agenda, now: Date): NextView {
  const wait = waits.find((each) => each.kid === kid && each.transition === transition);
  return { transition, notBefore: wait?.until ?? now, waitsFor: wait?.for ?? null };
}

function takeoverOf(algorithm: SigningKey['algorithm'], { waits }: Agenda): Date | undefined {
  return waits.find((wait) => wait.transition === 'activate' && wait.algorithm === algorithm)?.until;
}
