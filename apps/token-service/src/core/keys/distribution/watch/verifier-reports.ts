import { verifierLabel, type VerifierName } from '../../../model/verifier-evidence.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { VerifierAcks, VerifierReport } from '../../../ports/verifier-acks.ts';

interface Ports {
  readonly acks: Pick<VerifierAcks, 'record' | 'forget' | 'prune'>;
  readonly clock: Clock;
  readonly timing: WatchTiming;
}

/** Seconds, already divided by the time scale. */
export interface WatchTiming {
  /** How often every stream is told that nothing has changed. */
  readonly heartbeatSeconds: number;
  /** A verifier not heard of for this long trusts nothing any more, so it is waited for no longer. */
  readonly deadAfterSeconds: number;
  /** What a verifier says again and again is written down this often. */
  readonly rewriteSeconds: number;
}

export const NOMINAL_WATCH_TIMING: WatchTiming = { heartbeatSeconds: 15, deadAfterSeconds: 3_600, rewriteSeconds: 300 };

export function scaleWatchTiming(scale: number): WatchTiming {
  const { heartbeatSeconds, deadAfterSeconds, rewriteSeconds } = NOMINAL_WATCH_TIMING;
  return {
    heartbeatSeconds: heartbeatSeconds / scale,
    deadAfterSeconds: deadAfterSeconds / scale,
    rewriteSeconds: rewriteSeconds / scale,
  };
}

/** Collects what the verifiers at this replica say, and writes it down for all of them at once. */
export class VerifierReports {
  readonly #ports: Ports;
  #pending = new Map<string, VerifierReport>();
  #gone = new Map<string, { readonly verifier: VerifierName; readonly at: Date }>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  heard(report: VerifierReport): void {
    const label = verifierLabel(report.verifier);
    this.#pending.set(label, report);
    this.#gone.delete(label);
  }

  left(verifier: VerifierName): void {
    const label = verifierLabel(verifier);
    this.#pending.delete(label);
    this.#gone.set(label, { verifier, at: this.#ports.clock.now() });
  }

  /** @throws what the store throws; what was to be written is then still to be written */
  async flush(): Promise<void> {
    const { acks } = this.#ports;
    const [pending, gone] = [this.#pending, this.#gone];
    this.#pending = new Map();
    this.#gone = new Map();
    try {
      if (gone.size > 0) await acks.forget([...gone.values()]);
      if (pending.size > 0) await acks.record([...pending.values()]);
    } catch (error) {
      // Who has left meanwhile must not come back by what it said before.
      const unheard = [...pending].filter(([label]) => !this.#gone.has(label));
      this.#pending = new Map([...unheard, ...this.#pending]);
      this.#gone = new Map([...gone, ...this.#gone]);
      throw error;
    }
  }

  /** Drops those who are waited for no longer. @throws what the store throws */
  prune(): Promise<void> {
    const { acks, timing } = this.#ports;
    // What they said since need not be written down yet.
    return acks.prune(timing.deadAfterSeconds + timing.rewriteSeconds);
  }
}
