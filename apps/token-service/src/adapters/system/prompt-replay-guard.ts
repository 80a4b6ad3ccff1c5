import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';

const LIMIT_MILLISECONDS = 1_000;

/** A guard that answers in time or cannot tell: whoever asks for a token must not wait for a memory that hangs. */
export class PromptReplayGuard implements ReplayGuard {
  readonly #guard: ReplayGuard;
  readonly #onLate: () => void;

  /** @param onLate is told of each answer that did not come */
  constructor(guard: ReplayGuard, onLate: () => void = () => undefined) {
    this.#guard = guard;
    this.#onLate = onLate;
  }

  claim(use: OneTimeUse): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const giveUp = () => {
        if (isAnswered) return;
        reject(new ReplayGuardError('guard-unreachable', 'no answer in time'));
        this.#onLate();
      };
      // A process that was busy reads the answers that are there first: it is not the guard that is late.
      const timer = setTimeout(() => setImmediate(giveUp), LIMIT_MILLISECONDS);
      this.#guard
        .claim(use)
        .then(resolve, reject)
        .finally(() => {
          isAnswered = true;
          clearTimeout(timer);
        });
    });
  }
}
