import type { Compromised } from '../keys/lifecycle/compromise-keys.ts';
import type { Succession } from '../keys/lifecycle/decide-compromise.ts';
import type { CompromiseOrder } from '../model/compromise.ts';
import { latestExpiry, secondsAfter } from '../model/signing-key.ts';
import { exposureBounds, type Timing } from '../model/timing.ts';
import type { KeyCompromise } from './administration.ts';
import type { CompromisedRingView, CompromiseView, RingName, SuccessionView } from './views.ts';

type InRing = (ring: RingName, order: CompromiseOrder) => Promise<Compromised>;

export interface RingOutcome {
  readonly ring: RingName;
  readonly outcome: Compromised;
}

/** In the ring of the key; and of what lies where it does also in the other one. */
export async function inEachRing({ ring, kid, ...order }: KeyCompromise, act: InRing): Promise<readonly RingOutcome[]> {
  const outcome = await act(ring, { ...order, target: { kid } });
  if (order.scope === 'key') return [{ ring, outcome }];
  const other = ring === 'public' ? 'admin' : 'public';
  const { custody } = outcome;
  return [
    { ring, outcome },
    { ring: other, outcome: await act(other, { ...order, target: { custody } }) },
  ];
}

export function compromiseView(
  outcomes: readonly RingOutcome[],
  { scope, planned, timing }: Pick<KeyCompromise, 'scope'> & { planned: boolean; timing: Timing },
): CompromiseView {
  return { planned, scope, rings: outcomes.map((each) => ringView(each, timing)), bounds: exposureBounds(timing) };
}

function ringView({ ring, outcome }: RingOutcome, timing: Timing): CompromisedRingView {
  const { set, at, lost, successions } = outcome;
  return {
    ring,
    epoch: set.epoch,
    version: set.version,
    compromised: lost.map((key) => ({
      kid: key.kid,
      algorithm: key.algorithm,
      state: key.state,
      latestExpiry: key.state === 'published' ? null : latestExpiry(key),
    })),
    successions: successions.map((succession) => successionView(succession, { set, at, timing })),
  };
}

function successionView(
  succession: Succession,
  { set, at, timing }: Pick<Compromised, 'set' | 'at'> & { timing: Timing },
): SuccessionView {
  const { algorithm, by } = succession;
  switch (succession.by) {
    case 'standby':
      return { algorithm, by, kid: succession.key.kid, signsFrom: at, overrides: succession.overrides };
    case 'nobody':
      return { algorithm, by, kid: null, signsFrom: succession.until, overrides: false };
    case 'fresh-key': {
      const { signs } = succession;
      const made = set.keys.find(
        (key) => key.algorithm === algorithm && key.state === (signs ? 'active' : 'published'),
      );
      const isThere = made && 'publishedAt' in made && made.publishedAt >= at;
      const signsFrom = signs ? at : secondsAfter(at, timing.publishAheadSeconds);
      return { algorithm, by, kid: isThere ? made.kid : null, signsFrom, overrides: signs };
    }
  }
}
