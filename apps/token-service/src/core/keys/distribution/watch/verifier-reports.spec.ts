import { describe, expect, it } from '@jest/globals';
import type { VerifierReport } from '../../../ports/verifier-acks.ts';
import { NOMINAL_WATCH_TIMING, VerifierReports } from './verifier-reports.ts';

const verifier = (instance: string) => ({ client: 'stock', resource: 'inventory', instance });
const report = (instance: string): VerifierReport => ({
  ...{ verifier: verifier(instance), token: { tokenId: 't', kid: 'k' } },
  ...{ held: undefined, heardAt: new Date(0) },
});

describe('what verifiers say', () => {
  it('is written down again if that failed, but for those who have left meanwhile', async () => {
    const written: string[] = [];
    let fail: ((error: Error) => void) | undefined;
    const acks = {
      record: (reports: readonly VerifierReport[]) => {
        if (fail) written.push(...reports.map((each) => `${each.verifier.instance} is here`));
        return fail ? Promise.resolve() : new Promise<void>((_, reject) => (fail = reject));
      },
      forget: (gone: readonly Pick<VerifierReport, 'verifier'>[]) =>
        Promise.resolve(void written.push(...gone.map((each) => `${each.verifier.instance} left`))),
      prune: () => Promise.resolve(),
    };
    const clock = { now: () => new Date(0), monotonic: () => 0 };
    const reports = new VerifierReports({ acks, clock, timing: NOMINAL_WATCH_TIMING });
    for (const instance of ['a', 'b']) reports.heard(report(instance));
    const flushing = reports.flush();
    await Promise.resolve();
    reports.left(verifier('b'));
    fail?.(new Error('no database'));
    await expect(flushing).rejects.toThrow('no database');
    await reports.flush();
    expect(written).toEqual(['b left', 'a is here']);
  });
});
