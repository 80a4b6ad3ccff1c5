import { describe, expect, it } from '@jest/globals';
import { active, at, P, published, publishedUnder, R, T0 } from '../../../../../test/keys/keys-in-states.ts';
import type { DueTransition } from '../keys/lifecycle/next-transition.ts';
import type { SigningKey } from '../model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../model/timing.ts';
import { timelineOf } from './rotation-timeline.ts';

/** When a key that is not there yet may take over. */
function takeover(due: DueTransition, ...keys: readonly SigningKey[]): Date | undefined {
  const entries = timelineOf(due, T0, { keys, timing });
  return entries.find(({ transition, kid }) => transition === 'activate' && kid === null)?.at;
}

describe('the timeline of a set that was published under a longer P', () => {
  const long = publishedUnder(active('a'), 2 * R);
  const standby = published('b');

  it('says when a key that is made now may take over: not before its gate opens', () => {
    expect(takeover({ name: 'generate', algorithm: 'ES256' }, long)).toEqual(at(2 * R));
    expect(takeover({ name: 'activate', key: standby, replaces: long }, long, standby)).toEqual(at(2 * R));
    expect(takeover({ name: 'destroy', key: standby }, long, standby)).toEqual(at(2 * R));
  });

  it('does not count a key that is given up', () => {
    const given = publishedUnder(standby, 2 * R);
    expect(takeover({ name: 'destroy', key: given }, active('a'), given)).toEqual(at(P));
  });
});
