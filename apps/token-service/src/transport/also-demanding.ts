import type { Accepted, Caller, Verdict, Verifier } from '@mintmark/verifier';

interface Demands {
  /** Of a token when it comes; what is used up by it, or stays as it is as long as the token lives. */
  readonly once: (verdict: Accepted, token: string) => Promise<Verdict>;
  /** Of its caller then, before that, and whenever the caller is looked at again. */
  readonly always?: (verdict: Accepted) => Verdict;
}

/** The verifier, demanding more of each token that it accepts. */
export function alsoDemanding(verifier: Required<Verifier>, { once, always = unchanged }: Demands): Required<Verifier> {
  // Which one the verifier itself knows.
  const verified = new WeakMap<Caller, Caller>();
  const demand = (accepted: Accepted): Verdict => {
    const verdict = always(accepted);
    if (verdict.ok) verified.set(verdict.caller, accepted.caller);
    return verdict;
  };
  return {
    timeScale: verifier.timeScale,
    get keyState() {
      return verifier.keyState;
    },
    get knowsRevocations() {
      return verifier.knowsRevocations;
    },
    ready: (options) => verifier.ready(options),
    verify: async (token, ...received) => {
      const verdict = await verifier.verify(token, ...received);
      const demanded = verdict.ok ? demand(verdict) : verdict;
      return demanded.ok ? once(demanded, token) : demanded;
    },
    verifyAgain: async (caller) => {
      const verdict = await verifier.verifyAgain(verified.get(caller) ?? caller);
      return verdict.ok ? demand(verdict) : verdict;
    },
    endOf: (caller) => verifier.endOf(caller),
    noteRefusal: (code) => verifier.noteRefusal(code),
    onRevoked: (caller, act) => verifier.onRevoked(verified.get(caller) ?? caller, act),
    close: () => verifier.close(),
  };
}

function unchanged(verdict: Accepted): Verdict {
  return verdict;
}
