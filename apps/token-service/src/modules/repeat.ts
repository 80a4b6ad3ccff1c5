/** A timer and no logic: runs `task` again and again, a pause after each end, until stopped. */
export interface Repetition {
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
  const schedule = () => {
    timer = setTimeout(() => {
      running = run();
    }, everySeconds * 1000);
  };
  const run = async () => {
    try {
      await task();
    } catch (error) {
      onFailure(error);
    }
    if (!stopped) schedule();
  };
  schedule();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
