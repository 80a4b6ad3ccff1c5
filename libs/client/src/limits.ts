import { TokenRequestError } from './token-request-error.ts';
import { onAbort, waitFor } from './wait.ts';

export interface Limits {
  /** Real seconds for connecting and answering together; never scaled. */
  readonly timeoutSeconds: number;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
}

/**
 * Gives `work` a signal and a limit of time; what ignores the signal is left behind.
 * @throws TokenRequestError with code REQUEST_TIMED_OUT or CLIENT_CLOSED, or whatever `work` throws
 */
export function withinLimits<T>({ timeoutSeconds, closing }: Limits, work: (signal: AbortSignal) => Promise<T>) {
  if (closing.aborted) return Promise.reject(clientClosed());
  const controller = new AbortController();
  return waitFor<T>(work(controller.signal), (end) => {
    const stop = (reason: TokenRequestError) => {
      end(reason);
      controller.abort(reason);
    };
    const timer = setTimeout(() => stop(timedOut(timeoutSeconds)), timeoutSeconds * 1000);
    const forget = onAbort(closing, () => stop(clientClosed()));
    return () => {
      clearTimeout(timer);
      forget();
    };
  });
}

export function clientClosed(): TokenRequestError {
  return new TokenRequestError({ code: 'CLIENT_CLOSED', detail: 'the token client is closed', retryable: false });
}

function timedOut(seconds: number): TokenRequestError {
  const detail = `the token service did not answer within ${seconds} s`;
  return new TokenRequestError({ code: 'REQUEST_TIMED_OUT', detail, retryable: true });
}
