import type { Handover } from '../keys/lifecycle/decide-rotation.ts';
import { activateKey, deactivateKey, secondsAfter } from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import type { TimelineEntry } from './views.ts';

/** What a rotation at `at` brings with it, dated, the earliest first. */
export function rotationTimeline({ standby, active }: Handover, at: Date, timing: Timing): readonly TimelineEntry[] {
  const next = activateKey(standby, timing, at);
  const entries: TimelineEntry[] = [
    {
      at,
      transition: 'activate',
      kid: standby.kid,
      why: 'it signs from now on; verifiers have had the time to learn of it',
    },
    ...(active ? retirementOf(deactivateKey(active, at)) : []),
    { at, transition: 'publish', kid: null, why: 'the next standby is made and published within seconds' },
    {
      at: secondsAfter(at, Math.max(timing.publishAheadSeconds, timing.rotationPeriodSeconds)),
      transition: 'activate',
      kid: null,
      why: `the next rotation by schedule; signing would stop at ${next.signNotAfter.toISOString()}`,
    },
  ];
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function retirementOf(retired: ReturnType<typeof deactivateKey>): readonly TimelineEntry[] {
  const { kid, deactivatedAt, verifyUntil } = retired;
  return [
    { at: deactivatedAt, transition: 'deactivate', kid, why: 'it signs nothing more, and stays in the key set' },
    { at: verifyUntil, transition: 'destroy', kid, why: 'the last token it signed is dead' },
  ];
}
