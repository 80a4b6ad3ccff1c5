import type { Accepted, Verdict, Verifier } from '@mintmark/verifier';

/** The verifier, demanding one thing more of each token that it accepts. */
export function alsoDemanding(verifier: Verifier, demand: (verdict: Accepted) => Promise<Verdict>): Verifier {
  return {
    timeScale: verifier.timeScale,
    get keyState() {
      return verifier.keyState;
    },
    get knowsRevocations() {
      return verifier.knowsRevocations ?? true;
    },
    ready: (options) => verifier.ready(options),
    verify: async (...received) => {
      const verdict = await verifier.verify(...received);
      return verdict.ok ? demand(verdict) : verdict;
    },
    endOf: (caller) => verifier.endOf?.(caller) ?? 'TOKEN_EXPIRED',
    noteRefusal: (code) => verifier.noteRefusal?.(code),
    onRevoked: (caller, act) => verifier.onRevoked?.(caller, act) ?? (() => undefined),
    close: () => verifier.close(),
  };
}
