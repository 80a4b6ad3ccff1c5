import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { statusOf } from '@mintmark/verifier-grpc';
import { authenticate, refusalOf, type Authentication, type Authenticator } from '@mintmark/verifier-http';
import type { Caller, Refused, Verdict } from '@mintmark/verifier';
import { accessTo, authorise, type Access } from './access.ts';
import { DenialLog } from './denial-log.ts';
import { callerIn, type HttpRequest } from './execution-context.ts';
import { authenticatorOf, refusalContext, VERIFIER_OPTIONS, type VerifierModuleOptions } from './options.ts';
import { HttpRefusedException, RpcRefusedException } from './refused.ts';

/**
 * Authorises every call by what its handler declares; a handler that declares nothing is open to nobody. The gates have
 * authenticated it before anything was read; an HTTP request that passed none (not on Fastify) is authenticated here.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #options: VerifierModuleOptions;
  readonly #authenticator: Authenticator;
  readonly #adapters: HttpAdapterHost;
  readonly #log: DenialLog;

  constructor(
    @Inject(VERIFIER_OPTIONS) options: VerifierModuleOptions,
    @Inject(HttpAdapterHost) adapters: HttpAdapterHost,
    @Inject(DenialLog) log: DenialLog,
  ) {
    this.#options = options;
    this.#authenticator = authenticatorOf(options);
    this.#adapters = adapters;
    this.#log = log;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessTo(context.getHandler(), context.getClass());
    if (access?.public) return true;
    const { cause, ...authenticated } = await this.#authenticate(context);
    const verdict = authenticated.ok ? this.#authorise(access, authenticated.caller) : authenticated;
    if (verdict.ok) return true;
    const requestId = requestIdOf(context);
    const known = authenticated.ok ? { clientId: authenticated.caller.clientId } : {};
    const defect = cause === undefined ? {} : { cause };
    this.#log.add({ code: verdict.code, requestId, handler: nameOf(context), ...known, ...defect });
    throw this.#refusal(context, { ...verdict, scopes: access?.scopes ?? [] }, requestId);
  }

  async #authenticate(context: ExecutionContext): Promise<Authentication> {
    if (context.getType() === 'http') {
      const request = context.switchToHttp().getRequest<HttpRequest>();
      return authenticate(this.#authenticator, request, request.raw ?? request);
    }
    // Over anything but HTTP nobody but the interceptor verifies; a call that did not pass it has no caller.
    const caller = callerIn(context);
    return caller ? { ok: true, caller } : this.#noted({ ok: false, code: 'TOKEN_MISSING' });
  }

  #authorise(access: Access | undefined, caller: Caller): Verdict {
    const verdict = authorise(access, caller);
    return verdict.ok ? verdict : this.#noted(verdict);
  }

  #noted(refusal: Refused): Refused {
    this.#options.verifier.noteRefusal?.(refusal.code);
    return refusal;
  }

  #refusal(context: ExecutionContext, denial: Refused & Pick<Access, 'scopes'>, requestId: string): Error {
    if (context.getType() !== 'http') return new RpcRefusedException(statusOf(denial, requestId));
    const refusal = refusalOf(denial, refusalContext(this.#options, requestId));
    const response: unknown = context.switchToHttp().getResponse();
    for (const [name, value] of Object.entries(refusal.headers)) {
      this.#adapters.httpAdapter.setHeader(response, name, value);
    }
    return new HttpRefusedException(refusal);
  }
}

function requestIdOf(context: ExecutionContext): string {
  const id = context.getType() === 'http' ? context.switchToHttp().getRequest<HttpRequest>().id : undefined;
  return typeof id === 'string' ? id : randomUUID();
}

function nameOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}
