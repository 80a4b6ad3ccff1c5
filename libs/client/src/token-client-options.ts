import type { ClientIdentity } from './client-identity.ts';
import type { Clock } from './clock.ts';
import type { RenewalWindow } from './timing.ts';
import type { TokenRequestError } from './token-request-error.ts';
import type { TokenRequest } from './token-request.ts';
import type { TokenTransport } from './token-transport.ts';

/** Half a life is left for an issuer that is down: over six minutes of a token of fifteen. */
export const DEFAULT_RENEWAL = { from: 0.5, to: 0.55 } as const;

export interface TokenClientOptions {
  /** `httpTransport({ issuer })` or `grpcTransport({ address })`; closed together with the client. */
  readonly transport: TokenTransport;
  /** `automaticIdentity()`, or one of `workloadToken`, `privateKey`, `clientCertificate`, `clientSecret`. */
  readonly identity: ClientIdentity;
  /** How often a failed request is repeated while callers wait, if the failure may pass. Default 2; 0 for single attempts. */
  readonly retries?: number;
  /** Seconds for one attempt, connecting and answering together. Default 5. */
  readonly timeoutSeconds?: number;
  /** The shares of its life between which a token is renewed in the background. Default `DEFAULT_RENEWAL`. */
  readonly renewal?: RenewalWindow;
  /** Most tokens held at once; the one unused for longest makes room. Default 1,000. */
  readonly maxCachedTokens?: number;
  /** Told of every renewal that failed while the old token still serves: for logs and alerts. */
  readonly onRenewalFailed?: (error: TokenRequestError, request: TokenRequest) => void;
  /** Divides back-off and safety margin, to fit an issuer that runs at the same scale. Default 1. */
  readonly timeScale?: number;
  /** Default: a monotonic clock that also notices suspension. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); default `Math.random`. For tests. */
  readonly random?: () => number;
}

/** How long one caller is ready to wait; others who wait for the same token are not affected. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Point in time, or milliseconds since 1970-01-01 UTC. */
  readonly deadline?: Date | number | undefined;
}

/** @throws TypeError naming the option that makes no sense */
export function checkOptions(options: TokenClientOptions): void {
  const { retries = 2, timeoutSeconds = 5, renewal, maxCachedTokens = 1, timeScale = 1 } = options;
  if (!options.transport) throw new TypeError('createTokenClient: transport is missing');
  if (!options.identity) throw new TypeError('createTokenClient: identity is missing');
  expect(Number.isInteger(retries) && retries >= 0 && retries <= 10, 'retries must be an integer from 0 to 10');
  expect(timeoutSeconds > 0 && timeoutSeconds <= 60, 'timeoutSeconds must be above 0 and at most 60');
  expect(Number.isInteger(maxCachedTokens) && maxCachedTokens >= 1, 'maxCachedTokens must be an integer above 0');
  expect(timeScale >= 1 && timeScale < Infinity, 'timeScale must be a number of at least 1');
  const { from, to } = renewal ?? DEFAULT_RENEWAL;
  expect(from > 0 && from <= to && to <= 0.85, 'renewal must hold 0 < from <= to <= 0.85');
}

function expect(holds: boolean, rule: string): void {
  if (!holds) throw new TypeError(`createTokenClient: ${rule}`);
}
