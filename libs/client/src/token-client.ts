import { Metadata } from '@grpc/grpc-js';
import type { AccessToken } from './access-token.ts';
import type { TokenSource } from './attempt.ts';
import { scheduleInBackground, steadyClock, type Clock } from './clock.ts';
import { clientClosed } from './limits.ts';
import { obtainToken } from './obtain.ts';
import type { Timing } from './timing.ts';
import { TokenCache } from './token-cache.ts';
import { checkOptions, DEFAULT_RENEWAL, type TokenClientOptions, type WaitOptions } from './token-client-options.ts';
import { TokenRequestError } from './token-request-error.ts';
import { canonicalRequest, type TokenRequest } from './token-request.ts';
import { TokenSlot } from './token-slot.ts';
import { onAbort, waitFor } from './wait.ts';

/** Gets tokens, keeps them, and renews them before they expire. Make one per process and share it. */
export interface TokenClient {
  /**
   * A token for the request: from memory if one is held, else by one request that all concurrent callers share.
   * @throws TokenRequestError if none can be had, the signal's reason if aborted, TypeError on a request that cannot be
   */
  token(request?: TokenRequest, wait?: WaitOptions): Promise<AccessToken>;
  /** `token()` as the value of an HTTP Authorization header (RFC 6750 §2.1). */
  authorizationHeader(request?: TokenRequest, wait?: WaitOptions): Promise<string>;
  /** `token()` as gRPC metadata. It cannot see the channel: use it only over TLS or loopback, or use `callCredentials`. */
  metadata(request?: TokenRequest, wait?: WaitOptions): Promise<Metadata>;
  /**
   * To be called after a resource refused a token as expired or invalid: the next `token()` asks the issuer. A token
   * that was replaced meanwhile does no harm.
   * @param refused the token, its text, or the request it was for
   * @returns false if no such token was held, or it was refused so often lately that a new one would not help
   */
  invalidate(refused: AccessToken | TokenRequest | string): boolean;
  /** Ends renewals, fails what waits with code CLIENT_CLOSED, closes the transport. Idempotent. */
  close(): void;
}

/**
 * ```ts
 * const client = createTokenClient({
 *   transport: httpTransport({ issuer: 'https://tokens.internal' }),
 *   identity: clientSecret({ clientId: 'orders', secret: { file: '/run/secrets/orders' } }),
 * });
 * const { value } = await client.token({ audience: 'inventory', scopes: ['stock:read'] });
 * ```
 * @throws TypeError on options that make no sense
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  checkOptions(options);
  return new CachingTokenClient(options);
}

class CachingTokenClient implements TokenClient {
  readonly #options: TokenClientOptions;
  readonly #clock: Clock;
  readonly #cache: TokenCache;
  readonly #closing = new AbortController();
  readonly #source: TokenSource;
  readonly #timing: Timing;

  constructor(options: TokenClientOptions) {
    const { transport, identity, timeScale = 1, timeoutSeconds = 5, random = Math.random } = options;
    this.#options = options;
    this.#clock = options.clock ?? steadyClock();
    this.#cache = new TokenCache(options.maxCachedTokens ?? 1_000);
    this.#source = { transport, identity, timeScale, limits: { timeoutSeconds, closing: this.#closing.signal } };
    this.#timing = { clock: this.#clock, timeScale, random, renewal: options.renewal ?? DEFAULT_RENEWAL };
  }

  async token(request: TokenRequest = {}, wait: WaitOptions = {}): Promise<AccessToken> {
    wait.signal?.throwIfAborted();
    if (this.#closing.signal.aborted) throw clientClosed();
    const token = this.#slot(request).take();
    return token instanceof Promise ? this.#waitFor(token, wait) : token;
  }

  async authorizationHeader(request?: TokenRequest, wait?: WaitOptions): Promise<string> {
    return `Bearer ${(await this.token(request, wait)).value}`;
  }

  async metadata(request?: TokenRequest, wait?: WaitOptions): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set('authorization', await this.authorizationHeader(request, wait));
    return metadata;
  }

  invalidate(refused: AccessToken | TokenRequest | string): boolean {
    const value = typeof refused === 'string' ? refused : 'value' in refused ? refused.value : undefined;
    if (value === undefined)
      return this.#cache.peek(canonicalRequest(refused as TokenRequest).key)?.invalidate() ?? false;
    return [...this.#cache.all()].some((slot) => slot.invalidate(value));
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#cache.clear();
    this.#source.transport.close();
  }

  #slot(request: TokenRequest): TokenSlot {
    const canonical = canonicalRequest(request);
    const { retries = 2 } = this.#options;
    const create = () =>
      new TokenSlot({
        timing: this.#timing,
        retries,
        obtain: (allowed) => obtainToken(this.#source, canonical, this.#timing, allowed),
        onRenewalFailed: (error) => this.#report(error, request),
      });
    return this.#cache.slot(canonical.key, create);
  }

  #report(error: TokenRequestError, request: TokenRequest): void {
    try {
      this.#options.onRenewalFailed?.(error, request);
    } catch {
      // Nobody waits for a renewal: an observer's own error would end the process as an unhandled rejection.
    }
  }

  /** One caller's patience; the request itself goes on for the others. */
  #waitFor<T>(flight: Promise<T>, { signal, deadline }: WaitOptions): Promise<T> {
    return waitFor(flight, (end) => {
      const forgetSignal = onAbort(signal, () => end(signal?.reason));
      const forgetDeadline =
        deadline === undefined
          ? () => undefined
          : scheduleInBackground(this.#clock, Number(deadline) - this.#clock.now(), () => end(deadlineExceeded()));
      return () => {
        forgetSignal();
        forgetDeadline();
      };
    });
  }
}

function deadlineExceeded(): TokenRequestError {
  const detail = "the caller's deadline passed before the token service answered";
  return new TokenRequestError({ code: 'DEADLINE_EXCEEDED', detail, retryable: true });
}
