import type { Compromised } from '../keys/lifecycle/compromise-keys.ts';
import type { Succession } from '../keys/lifecycle/decide-compromise.ts';
import type { CompromiseOrder, WithoutStandby } from '../model/compromise.ts';
import { latestExpiry, maySignFrom } from '../model/signing-key.ts';
import { exposureBounds, type Timing } from '../model/timing.ts';
import type { KeyCompromise } from './administration.ts';
import {
  RING_NAMES,
  type CompromisedRingView,
  type CompromiseView,
  type RingName,
  type SuccessionView,
} from './views.ts';

type PlanIn = (ring: RingName, order: CompromiseOrder) => Promise<Compromised>;

export interface RingOutcome {
  readonly ring: RingName;
  readonly outcome: Compromised;
}

export interface PlannedRing extends RingOutcome {
  readonly order: CompromiseOrder;
}

/** What one would mean in the ring of the key; and of what lies where it does in every other one. */
export async function planInEachRing(
  { ring, kid, ...order }: KeyCompromise,
  plan: PlanIn,
): Promise<readonly PlannedRing[]> {
  const first = { ...order, target: { kid } };
  const planned: PlannedRing[] = [{ ring, order: first, outcome: await plan(ring, first) }];
  if (order.scope === 'key') return planned;
  const { custody } = planned[0]!.outcome;
  for (const other of RING_NAMES.filter((name) => name !== ring)) {
    const more = { ...order, target: { custody }, withoutStandby: inPlaceOfStandby(other, order) };
    planned.push({ ring: other, order: more, outcome: await plan(other, more) });
  }
  return planned;
}

/** What tells verifiers of the compromise cannot wait, and a key that they do not know yet costs them one fetch. */
function inPlaceOfStandby(ring: RingName, { withoutStandby }: Pick<CompromiseOrder, 'withoutStandby'>): WithoutStandby {
  return ring === 'revocations' ? 'fresh-key' : withoutStandby;
}

export function compromiseView(
  outcomes: readonly RingOutcome[],
  { scope, witnessed, timing }: Pick<KeyCompromise, 'scope'> & Pick<CompromiseView, 'witnessed'> & { timing: Timing },
): CompromiseView {
  const planned = witnessed === null;
  return {
    planned,
    scope,
    custody: outcomes[0]?.outcome.custody ?? [],
    witnessed,
    rings: outcomes.map((each) => ringView(each, timing)),
    bounds: exposureBounds(timing),
  };
}

function ringView({ ring, outcome }: RingOutcome, timing: Timing): CompromisedRingView {
  const { set, lost, successions } = outcome;
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
    successions: successions.map((succession) => successionView(succession, outcome, timing)),
  };
}

function successionView(
  succession: Succession,
  { set, at, lost, abandoned }: Compromised,
  timing: Timing,
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
      const others = set.keys.filter((key) => ![...lost, ...abandoned].some(({ id }) => id === key.id));
      const signsFrom = signs ? at : maySignFrom(at, others, timing);
      return { algorithm, by, kid: isThere ? made.kid : null, signsFrom, overrides: signs };
    }
  }
}
