/** A timer and no logic: runs a task again and again, a pause after each end, until stopped. */
export interface Repetition {
  /** Does not wait for the end of the pause; during a run it makes the next one follow at once. */
  wake(): void;
  /** Resolves when a run in progress has ended. */
  stop(): Promise<void>;
}

/** @param onFailure told of every failed run; the next one comes all the same */
export function repeat(
  everySeconds: number,
  task: () => Promise<unknown>,
  onFailure: (error: unknown) => void,
): Repetition {
  return new Repeated(everySeconds * 1000, async () => {
    try {
      await task();
    } catch (error) {
      onFailure(error);
    }
  });
}

class Repeated implements Repetition {
  readonly #pauseMillis: number;
  readonly #task: () => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #woken = false;
  #stopped = false;

  constructor(pauseMillis: number, task: () => Promise<unknown>) {
    this.#pauseMillis = pauseMillis;
    this.#task = task;
    this.#schedule();
  }

  wake(): void {
    this.#woken = true;
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    if (this.#stopped) return;
    const start = () => {
      this.#running = this.#run();
    };
    this.#timer = setTimeout(start, this.#woken ? 0 : this.#pauseMillis);
    this.#woken = false;
  }

  async #run(): Promise<void> {
    await this.#task();
    this.#running = undefined;
    this.#schedule();
  }
}
