import type { OrderedTransition } from '../keys/lifecycle/decide-order.ts';
import { nextTransitions, type Agenda, type DueTransition, type Moment } from '../keys/lifecycle/next-transition.ts';
import type { KeySet } from '../model/key-set.ts';
import {
  activateKey,
  deactivateKey,
  maySignFrom,
  secondsAfter,
  type ActiveSigningKey,
  type PublishedKey,
  type SigningKey,
} from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import type { TimelineEntry } from './views.ts';

interface Known {
  /** Of the whole set. */
  readonly keys: readonly SigningKey[];
  readonly timing: Timing;
}

/** What a transition at `at` brings with it, dated, the earliest first. */
export function timelineOf(due: DueTransition, at: Date, known: Known): readonly TimelineEntry[] {
  return inOrder(entriesOf(due, at, known));
}

/** When an order can be carried out: at once, or as soon as its gate opens. */
export function openingOf({ notBefore }: OrderedTransition, now: Date): Date {
  return notBefore > now ? notBefore : now;
}

/** What the schedule will do with a key set, and when. */
export function scheduledTimeline(set: KeySet, moment: Moment): readonly TimelineEntry[] {
  const { now, timing } = moment;
  const agenda = nextTransitions(set, moment);
  const known = { keys: set.keys, timing };
  const due = agenda.due.flatMap((transition) => entriesOf(transition, now, known));
  return inOrder([...due, ...waitingEntries(agenda, known)]);
}

function waitingEntries({ waits }: Agenda, known: Known): readonly TimelineEntry[] {
  return waits.flatMap(({ transition, kid, algorithm, until }) => {
    if (transition === 'generate') return publication(until);
    const key = known.keys.find((each) => 'kid' in each && each.kid === kid);
    if (key?.state === 'deactivated' || key?.state === 'compromised')
      return entriesOf({ name: 'destroy', key }, until, known);
    const replaces = known.keys.find(
      (each): each is ActiveSigningKey => each.state === 'active' && each.algorithm === algorithm,
    );
    if (key?.state !== 'published') return [];
    return entriesOf({ name: 'activate', key, ...(replaces && { replaces }) }, until, known);
  });
}

function entriesOf(due: DueTransition, at: Date, known: Known): readonly TimelineEntry[] {
  switch (due.name) {
    case 'generate':
    case 'publish':
      return [...publication(at), takeover(at, known)];
    case 'activate':
      return handover(due.key, due.replaces, { at, ...known });
    case 'deactivate':
      return retirementOf(due.key, at);
    case 'destroy':
      return due.key.state !== 'published'
        ? [{ at, transition: 'destroy', kid: due.key.kid, why: WHY_DESTROYED[due.key.state] }]
        : [
            { at, transition: 'destroy', kid: due.key.kid, why: 'it never signed, and is given up' },
            ...publication(at),
            takeover(at, { ...known, keys: known.keys.filter(({ id }) => id !== due.key.id) }),
          ];
  }
}

const LAST_TOKEN_DEAD = 'the last token it signed is dead';
const WHY_DESTROYED = {
  deactivated: LAST_TOKEN_DEAD,
  compromised: 'it was compromised, and no verifier accepts it any more',
} as const;

function handover(
  standby: PublishedKey,
  active: ActiveSigningKey | undefined,
  { at, keys, timing }: { at: Date } & Known,
): readonly TimelineEntry[] {
  const { signNotAfter } = activateKey(standby, timing, at);
  const [rotates, known] = [secondsAfter(at, timing.rotationPeriodSeconds), maySignFrom(at, keys, timing)];
  const why = 'it signs from now on; verifiers have had the time to learn of it';
  return [
    { at, transition: 'activate', kid: standby.kid, why },
    ...(active ? retirementOf(active, at) : []),
    ...publication(at),
    {
      at: rotates > known ? rotates : known,
      transition: 'activate',
      kid: null,
      why: `the next rotation by schedule; signing would stop at ${signNotAfter.toISOString()}`,
    },
  ];
}

function retirementOf(active: ActiveSigningKey, at: Date): readonly TimelineEntry[] {
  const { kid, verifyUntil } = deactivateKey(active, at);
  return [
    { at, transition: 'deactivate', kid, why: 'it signs nothing more, and stays in the key set' },
    { at: verifyUntil, transition: 'destroy', kid, why: LAST_TOKEN_DEAD },
  ];
}

function publication(at: Date): readonly TimelineEntry[] {
  return [{ at, transition: 'publish', kid: null, why: 'the next standby is made and published within seconds' }];
}

function takeover(published: Date, { keys, timing }: Known): TimelineEntry {
  const at = maySignFrom(published, keys, timing);
  return { at, transition: 'activate', kid: null, why: 'from then on the new standby may take over' };
}

function inOrder(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
