import { randomUUID } from 'node:crypto';
import {
  ServerInterceptingCall,
  type Metadata,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { VerifierErrorCode } from '@mintmark/contract';
import {
  harmless,
  readExternalUrl,
  requireScopes,
  systemClock,
  type Caller,
  type CallLimits,
  type Clock,
  type Refused,
  type Verdict,
  type Verifier,
} from '@mintmark/verifier';
import { rememberCaller } from './caller.ts';
import { receivedCredential, receivedEvidence } from './received.ts';
import { watchRepeatedAuthorization } from './repeated-authorization.ts';
import { statusOf, type Denial } from './status.ts';
import { atExpiry, isExpired } from './token-clock.ts';

/**
 * `until-expiry`: the stream ends when its token does, with UNAUTHENTICATED / TOKEN_EXPIRED, or as "cannot determine" by a clock
 * known to be off. `at-open`: it may go on. Either ends when the
 * token is revoked.
 */
export type StreamPolicy = 'until-expiry' | 'at-open';

/** What a method asks of its caller: nothing at all, or a token with these scopes (none: any valid token). */
export type MethodAccess = 'public' | { readonly scopes: readonly string[]; readonly stream?: StreamPolicy };

export interface VerifierInterceptorOptions {
  readonly verifier: Verifier;
  /** By full path, as `/grpc.health.v1.Health/Check`; a method that is not there is refused. */
  readonly methods: Readonly<Record<string, MethodAccess>> | ((path: string) => MethodAccess | undefined);
  /** Where callers reach this server, as `inventory.internal:443`: lets in tokens with a DPoP proof for `https://` and it. */
  readonly authority?: string;
  /** Hears of every refusal, with the fine code that the caller is not told; for logs and metrics. */
  readonly onDenied?: (denied: DeniedCall) => void;
  /** Decides when a stream's token has expired; default: the system clock. */
  readonly clock?: Clock;
}

export interface DeniedCall {
  readonly code: VerifierErrorCode;
  readonly method: string;
  readonly requestId: string;
  /** What `verify` threw, if it did: a defect of this side, answered as "cannot determine". */
  readonly cause?: unknown;
}

interface Method {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/**
 * Server interceptor for grpc-js: verifies before a single message is read, again once a single request is there as a whole, and
 * refuses what is not declared.
 *
 *     const interceptor = verifierInterceptor({ verifier, methods: { '/shop.Stock/List': { scopes: ['stock:read'] } } });
 *     const server = new Server({ interceptors: [interceptor] });
 *     // in the handler: callerOf(call).clientId
 *
 * Put it first in the list: an interceptor before it would see calls that nobody has verified.
 * @throws TypeError for an `authority` that is none
 */
export function verifierInterceptor(options: VerifierInterceptorOptions): ServerInterceptor {
  watchRepeatedAuthorization();
  const { clock = systemClock(), authority } = options;
  const gate = {
    ...{ verifier: options.verifier, clock, onDenied: harmless(options.onDenied ?? (() => undefined)) },
    externalUrl: authority === undefined ? undefined : urlOf(authority),
  };
  const accessTo = lookup(options.methods);
  return (method, call) => {
    const access = accessTo(method.path);
    return access === 'public' ? new ServerInterceptingCall(call) : new GatedCall(gate, method, access).on(call);
  };
}

function lookup(methods: VerifierInterceptorOptions['methods']): (path: string) => MethodAccess | undefined {
  if (typeof methods === 'function') return methods;
  const table = new Map(Object.entries(methods));
  return (path) => table.get(path);
}

type Access = Exclude<MethodAccess, 'public'>;
interface Gate extends Required<Pick<VerifierInterceptorOptions, 'verifier' | 'clock' | 'onDenied'>> {
  readonly externalUrl: string | undefined;
}

type Decision = Verdict & { readonly cause?: unknown };

/** One call that starts only once its token is verified, and ends when the token does. */
class GatedCall {
  readonly #gate: Gate;
  readonly #method: Method;
  readonly #access: Access | undefined;
  #opened: { readonly metadata: Metadata; readonly caller: Caller } | undefined;
  #ended = false;
  #stopClock = (): void => undefined;
  #stopWatching = (): void => undefined;

  constructor(gate: Gate, method: Method, access: Access | undefined) {
    this.#gate = gate;
    this.#method = method;
    this.#access = access;
  }

  on(call: ServerInterceptingCallInterface): ServerInterceptingCall {
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          // grpc-js reads the first message only after metadata was passed on, so holding it here is what keeps messages out.
          onReceiveMetadata: (metadata, proceed) => void this.#open(call, metadata, proceed),
          onReceiveHalfClose: (proceed) => void this.#close(call, proceed),
          onCancel: () => this.#end(),
        }),
      // After such an end the handler may still be at work; a message behind the status would break the stream instead of ending it.
      sendMessage: (message, next) => (this.#ended ? undefined : next(message)),
    });
  }

  async #open(
    call: ServerInterceptingCallInterface,
    metadata: Metadata,
    proceed: (m: Metadata) => void,
  ): Promise<void> {
    const { cause, ...verdict } = await this.#decide(call, metadata);
    if (!verdict.ok) return this.#deny(call, verdict, cause);
    if (this.#ended) return;
    this.#remember(metadata, verdict.caller);
    if (this.#isStream()) this.#watchRevocation(call, verdict.caller);
    if (this.#endsWithToken()) this.#startClock(call, verdict.caller);
    proceed(metadata);
  }

  /**
   * The caller sends no more. Only now grpc-js runs the handler of a single request, and until now the caller could let it wait
   * for as long as it liked: what was said of the token when the call came may no longer be true.
   */
  async #close(call: ServerInterceptingCallInterface, proceed: () => void): Promise<void> {
    const opened = this.#opened;
    if (!opened || this.#method.requestStream) return proceed();
    const { cause, ...verdict } = await this.#judge(
      (verifier) => verifier.verifyAgain?.(opened.caller) ?? { ok: true, caller: opened.caller },
    );
    if (!verdict.ok) return this.#deny(call, verdict, cause);
    if (this.#ended) return;
    this.#remember(opened.metadata, verdict.caller);
    proceed();
  }

  #remember(metadata: Metadata, caller: Caller): void {
    this.#opened = { metadata, caller };
    rememberCaller(metadata, caller);
  }

  async #decide(call: ServerInterceptingCallInterface, metadata: Metadata): Promise<Decision> {
    const { externalUrl } = this.#gate;
    const credential = receivedCredential(metadata);
    if (!credential.ok) return this.#noted(credential);
    // A proof for an address that nobody told us could not be checked.
    if (credential.scheme === 'DPoP' && externalUrl === undefined) return this.#noted({ code: 'TOKEN_MISSING' });
    const url = `${externalUrl}${this.#method.path}`;
    return this.#judge((verifier) =>
      verifier.verify(credential.token, receivedEvidence({ call, metadata, url }, credential), deadlineOf(call)),
    );
  }

  async #judge(ask: (verifier: Verifier) => Verdict | Promise<Verdict>): Promise<Decision> {
    try {
      const verdict = await ask(this.#gate.verifier);
      return verdict.ok ? this.#authorise(verdict.caller) : verdict;
    } catch (cause) {
      return { ...this.#noted({ code: 'KEYS_UNAVAILABLE' }), cause };
    }
  }

  #authorise(caller: Caller): Verdict {
    if (this.#endsWithToken() && isExpired(caller.expiresAt, this.#gate.clock)) return this.#noted(this.#endOf(caller));
    if (!this.#access) return this.#noted({ code: 'SCOPE_INSUFFICIENT' });
    const verdict = requireScopes(caller, this.#access.scopes);
    return verdict.ok ? verdict : this.#noted(verdict);
  }

  #endOf(caller: Caller): Denial {
    return { code: this.#gate.verifier.endOf?.(caller) ?? 'TOKEN_EXPIRED' };
  }

  #noted({ code }: Denial): Refused {
    this.#gate.verifier.noteRefusal?.(code);
    return { ok: false, code };
  }

  #endsWithToken(): boolean {
    return this.#isStream() && this.#access?.stream !== 'at-open';
  }

  #isStream(): boolean {
    return this.#method.requestStream || this.#method.responseStream;
  }

  #watchRevocation(call: ServerInterceptingCallInterface, caller: Caller): void {
    const end = () => this.#deny(call, this.#noted({ code: 'TOKEN_REVOKED' }));
    this.#stopWatching = this.#gate.verifier.onRevoked?.(caller, end) ?? this.#stopWatching;
  }

  #startClock(call: ServerInterceptingCallInterface, caller: Caller): void {
    const end = () => this.#deny(call, this.#noted(this.#endOf(caller)));
    this.#stopClock = atExpiry(caller.expiresAt, this.#gate.clock, end);
  }

  #deny(call: ServerInterceptingCallInterface, denial: Denial, cause?: unknown): void {
    if (!this.#end()) return;
    const requestId = randomUUID();
    call.sendStatus(statusOf({ ...denial, scopes: this.#access?.scopes ?? [] }, requestId));
    this.#gate.onDenied({ code: denial.code, method: this.#method.path, requestId, ...(cause ? { cause } : {}) });
  }

  /** @returns whether it was this that ended the call */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#stopClock();
    this.#stopWatching();
    return true;
  }
}

function urlOf(authority: string): string | undefined {
  const url = readExternalUrl(`https://${authority}`);
  if (url === undefined || url !== new URL(url).origin)
    throw new TypeError(`authority must be host:port, got ${authority}`);
  return url;
}

function deadlineOf(call: ServerInterceptingCallInterface): CallLimits {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? { deadline } : {};
}
