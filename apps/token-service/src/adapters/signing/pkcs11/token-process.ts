import { performance } from 'node:perf_hooks';
import type { SigningAlgorithm } from '@mintmark/contract';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import type { TokenAddress } from './pkcs11-uri.ts';
import { errorOf, TokenConnection } from './token-connection.ts';
import type { OpenedToken, TokenFailure, TokenVerb, TokenVerbs } from './token-messages.ts';

export interface TokenProcessOptions {
  readonly address: TokenAddress;
  readonly pinFile: string;
  /** How many things the token does at once. */
  readonly sessions?: number;
  /** How many more may wait for it. */
  readonly mostWaiting?: number;
  /** Between two attempts to reach a token that is gone: at first, doubling from there. */
  readonly retrySeconds?: number;
  readonly limits?: TimeLimits;
}

/** How long a token may take for what it was given, and how long that may wait to be given to it. */
export interface TimeLimits {
  readonly signSeconds: number;
  /** Making a key may take a device much longer than using it. */
  readonly createSeconds: number;
  /** Until the token is logged into. */
  readonly openSeconds: number;
  readonly otherSeconds: number;
}

const TIME_LIMITS: TimeLimits = { signSeconds: 5, createSeconds: 60, openSeconds: 15, otherSeconds: 10 };

/** The token cannot be had with these settings at all. The message says what to mend. */
export class TokenSetupError extends Error {
  override readonly name = 'TokenSetupError';
}

type AskedVerb = Exclude<TokenVerb, 'open'>;

interface Waiting {
  readonly verb: AskedVerb;
  readonly asked: object;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  /** Ends the wait for the token's attention. */
  readonly patience: NodeJS.Timeout;
}

const LONGEST_RETRY_SECONDS = 30;

/** The token, as this process sees it: bounded, ended when it hangs, started again when it was lost. */
export class TokenProcess {
  readonly #options: Required<TokenProcessOptions>;
  #connection: TokenConnection | undefined;
  readonly #queue: Waiting[] = [];
  #opened: OpenedToken | undefined;
  #failure: TokenFailure | undefined;
  #failures = 0;
  #failedAt = 0;

  constructor(options: TokenProcessOptions) {
    this.#options = { sessions: 4, mostWaiting: 256, retrySeconds: 1, limits: TIME_LIMITS, ...options };
  }

  /** What the token can do; `undefined` until it was first reached. */
  algorithms(): readonly SigningAlgorithm[] | undefined {
    return this.#opened?.algorithms;
  }

  /** Tells it from other tokens; `undefined` until it was first reached. */
  get tag(): string | undefined {
    return this.#opened?.tag;
  }

  /**
   * Reaches the token for the first time. One that is away, or does not answer, is asked for again by itself.
   * @throws TokenSetupError
   */
  async open(): Promise<void> {
    await this.#connect();
    if (this.#failure?.code === 'SETUP') throw new TokenSetupError(this.#failure.message);
  }

  /** @returns its tag. @throws SigningProviderError if it was never reached, and cannot be now */
  async reach(): Promise<string> {
    if (!this.#opened) await this.ask('list', { labelPrefix: 'nothing' });
    return this.#opened!.tag;
  }

  /** @throws SigningProviderError */
  ask<Verb extends AskedVerb>(verb: Verb, asked: TokenVerbs[Verb]['asked']): Promise<TokenVerbs[Verb]['answered']> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal) return reject(refusal);
      const patience = setTimeout(() => this.#dismiss(waiting), 1000 * this.#limitOf(verb));
      const waiting: Waiting = { verb, asked, resolve, reject, patience };
      this.#queue.push(waiting);
      this.#pump();
    });
  }

  close(): void {
    this.#failure = { code: 'PROVIDER_UNREACHABLE', message: 'This service is stopping.' };
    this.#failedAt = Infinity;
    this.#connection?.end();
  }

  #refusal(): SigningProviderError | undefined {
    if (this.#queue.length >= this.#options.mostWaiting) {
      return busy(`${this.#queue.length} requests wait for it already`);
    }
    if (this.#connection || !this.#failure) return undefined;
    // A PIN that was refused once is not tried again: a token locks itself after a few wrong ones.
    const retryAfter = this.#failure.code === 'PIN_REFUSED' ? Infinity : this.#failedAt + 1000 * this.#retrySeconds();
    return performance.now() < retryAfter ? errorOf(this.#failure) : undefined;
  }

  #retrySeconds(): number {
    return Math.min(this.#options.retrySeconds * 2 ** (this.#failures - 1), LONGEST_RETRY_SECONDS);
  }

  #pump(): void {
    if (this.#queue.length === 0) return;
    if (!this.#connection) return void this.#connect();
    while (this.#connection.isOpen && this.#connection.inFlight < this.#options.sessions) {
      const next = this.#queue.shift();
      if (!next) return;
      void this.#hand(this.#connection, next);
    }
  }

  async #hand(connection: TokenConnection, { verb, asked, resolve, reject, patience }: Waiting): Promise<void> {
    clearTimeout(patience);
    const unwatch = this.#watch(connection, verb, reject);
    try {
      resolve((await connection.ask(verb, asked)) as never);
    } catch (error) {
      reject(error as Error);
    }
    unwatch();
    this.#pump();
  }

  /**
   * The time of the token begins when it was given the work, however long that had waited: a token that is slow is no token that
   * hangs. One that does a thing at a time gives nothing else while it makes a key, and is not ended for that.
   */
  #watch(connection: TokenConnection, verb: AskedVerb, reject: (error: Error) => void): () => void {
    const seconds = this.#limitOf(verb);
    let timer = setTimeout(expire, 1000 * seconds);
    function expire() {
      if (verb !== 'create' && connection.isMakingKey) {
        timer = setTimeout(expire, 1000 * seconds);
        return reject(busy('it is making a key'));
      }
      reject(errorOf(late(seconds)));
      connection.end(late(seconds));
    }
    return () => clearTimeout(timer);
  }

  #dismiss(waiting: Waiting): void {
    const place = this.#queue.indexOf(waiting);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    waiting.reject(busy(`it came to nothing of this within ${this.#limitOf(waiting.verb)} s`));
  }

  #limitOf(verb: TokenVerb): number {
    const { limits } = this.#options;
    switch (verb) {
      case 'open':
        return limits.openSeconds;
      case 'sign':
        return limits.signSeconds;
      case 'create':
        return limits.createSeconds;
      case 'publicKey':
      case 'destroy':
      case 'list':
        return limits.otherSeconds;
    }
  }

  async #connect(): Promise<void> {
    const { address, pinFile, sessions } = this.#options;
    const connection = new TokenConnection(sessions, (failure) => this.#lost(connection, failure));
    this.#connection = connection;
    const seconds = this.#limitOf('open');
    const limit = setTimeout(() => connection.end(late(seconds)), 1000 * seconds);
    try {
      this.#opened = (await connection.ask('open', { address, pinFile, sessions })) as OpenedToken;
      connection.isOpen = true;
      this.#failures = 0;
      this.#pump();
    } catch {
      // What went wrong is told once, by #lost.
      connection.end();
      await connection.ended;
    } finally {
      clearTimeout(limit);
    }
  }

  #lost(connection: TokenConnection, failure: TokenFailure): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#failures++;
    if (this.#failedAt !== Infinity) {
      this.#failure = failure;
      this.#failedAt = performance.now();
    }
    for (const { reject, patience } of this.#queue.splice(0)) {
      clearTimeout(patience);
      reject(errorOf(this.#failure!));
    }
  }
}

function busy(why: string): SigningProviderError {
  return new SigningProviderError('PROVIDER_BUSY', `The PKCS#11 token is busy: ${why}. Retry later.`);
}

function late(seconds: number): TokenFailure {
  return {
    code: 'PROVIDER_LATE',
    message: `The PKCS#11 token did not answer within ${seconds} s. Look after it; it is asked for again by itself.`,
  };
}
