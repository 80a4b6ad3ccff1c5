import type { OrderedTransition } from '../keys/lifecycle/decide-order.ts';
import { nextTransitions, type Agenda, type DueTransition, type Moment } from '../keys/lifecycle/next-transition.ts';
import type { KeySet } from '../model/key-set.ts';
import {
  activateKey,
  deactivateKey,
  secondsAfter,
  type ActiveSigningKey,
  type PublishedKey,
} from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import type { TimelineEntry } from './views.ts';

/** What a transition at `at` brings with it, dated, the earliest first. */
export function timelineOf(due: DueTransition, at: Date, timing: Timing): readonly TimelineEntry[] {
  return inOrder(entriesOf(due, at, timing));
}

/** When an order can be carried out: at once, or as soon as its gate opens. */
export function openingOf({ notBefore }: OrderedTransition, now: Date): Date {
  return notBefore > now ? notBefore : now;
}

/** What the schedule will do with a key set, and when. */
export function scheduledTimeline(set: KeySet, moment: Moment): readonly TimelineEntry[] {
  const { now, timing } = moment;
  const agenda = nextTransitions(set, moment);
  const due = agenda.due.flatMap((transition) => entriesOf(transition, now, timing));
  return inOrder([...due, ...waitingEntries(set, agenda, timing)]);
}

function waitingEntries(set: KeySet, { waits }: Agenda, timing: Timing): readonly TimelineEntry[] {
  return waits.flatMap(({ transition, kid, algorithm, until }) => {
    if (transition === 'generate') return publication(until);
    const key = set.keys.find((each) => 'kid' in each && each.kid === kid);
    if (key?.state === 'deactivated' || key?.state === 'compromised')
      return entriesOf({ name: 'destroy', key }, until, timing);
    const replaces = set.keys.find(
      (each): each is ActiveSigningKey => each.state === 'active' && each.algorithm === algorithm,
    );
    if (key?.state !== 'published') return [];
    return entriesOf({ name: 'activate', key, ...(replaces && { replaces }) }, until, timing);
  });
}

function entriesOf(due: DueTransition, at: Date, timing: Timing): readonly TimelineEntry[] {
  switch (due.name) {
    case 'generate':
    case 'publish':
      return [...publication(at), takeover(at, timing)];
    case 'activate':
      return handover(due.key, due.replaces, { at, timing });
    case 'deactivate':
      return retirementOf(due.key, at);
    case 'destroy':
      return due.key.state !== 'published'
        ? [{ at, transition: 'destroy', kid: due.key.kid, why: WHY_DESTROYED[due.key.state] }]
        : [
            { at, transition: 'destroy', kid: due.key.kid, why: 'it never signed, and is given up' },
            ...publication(at),
            takeover(at, timing),
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
  { at, timing }: { at: Date; timing: Timing },
): readonly TimelineEntry[] {
  const { signNotAfter } = activateKey(standby, timing, at);
  const why = 'it signs from now on; verifiers have had the time to learn of it';
  return [
    { at, transition: 'activate', kid: standby.kid, why },
    ...(active ? retirementOf(active, at) : []),
    ...publication(at),
    {
      at: secondsAfter(at, Math.max(timing.publishAheadSeconds, timing.rotationPeriodSeconds)),
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

function takeover(published: Date, timing: Timing): TimelineEntry {
  const at = secondsAfter(published, timing.publishAheadSeconds);
  return { at, transition: 'activate', kid: null, why: 'from then on the new standby may take over' };
}

function inOrder(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
