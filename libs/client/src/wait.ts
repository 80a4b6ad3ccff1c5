/**
 * Follows `promise` until it settles or something else ends the wait first; the promise itself goes on.
 * @param watch told how to end the wait, returns what stops the watching
 */
export function waitFor<T>(promise: Promise<T>, watch: (end: (reason: unknown) => void) => () => void): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const unwatch = watch(ended.reject);
  return Promise.race([promise, ended.promise]).finally(unwatch);
}

/** Calls `action` once `signal` is aborted, at once if it already is; returns what forgets it. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (signal?.aborted) action();
  signal?.addEventListener('abort', action, { once: true });
  return () => signal?.removeEventListener('abort', action);
}
