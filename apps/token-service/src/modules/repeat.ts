/** A timer and no logic: runs `task` again and again, a pause after each end, until stopped. */
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
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let stopped = false;
  let busy = false;
  let woken = false;
  const start = () => {
    busy = true;
    running = run();
  };
  const schedule = () => {
    timer = setTimeout(start, woken ? 0 : everySeconds * 1000);
    woken = false;
  };
  const run = async () => {
    try {
      await task();
    } catch (error) {
      onFailure(error);
    }
    busy = false;
    if (!stopped) schedule();
  };
  schedule();
  return {
    wake: () => {
      if (stopped || woken) return;
      woken = true;
      if (busy) return;
      clearTimeout(timer);
      schedule();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
