import { authenticate, refusalOf, type Authenticator } from '@mintmark/verifier-http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accessTo } from './access.ts';
import { DenialLog } from './denial-log.ts';
import { handlersOf, type Handler } from './handlers.ts';
import { authenticatorOf, refusalContext, VERIFIER_OPTIONS, type VerifierModuleOptions } from './options.ts';

/** What the gate knows of a route, kept in its Fastify `config`. */
interface RouteMark {
  readonly public: boolean;
  readonly handler: string;
}

/**
 * On Fastify, authenticates before the body is read: Nest's guards run after it has been parsed. Elsewhere the guard does it. A
 * route that was added to Fastify beside Nest is not guarded.
 */
@Injectable()
export class HttpGate implements OnModuleInit {
  readonly #options: VerifierModuleOptions;
  readonly #authenticator: Authenticator;
  readonly #adapters: HttpAdapterHost;
  readonly #log: DenialLog;

  constructor(
    @Inject(VERIFIER_OPTIONS) options: VerifierModuleOptions,
    @Inject(HttpAdapterHost) adapters: HttpAdapterHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(DenialLog) log: DenialLog,
  ) {
    this.#options = options;
    this.#authenticator = authenticatorOf(options);
    this.#adapters = adapters;
    this.#log = log;
    // Now, because Nest reads the marks when it registers the routes.
    handlersOf(modules).forEach(markRoute);
  }

  onModuleInit(): void {
    const adapter = this.#adapters.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter?.getType() !== 'fastify') return;
    const fastify = adapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply) => this.#pass(request, reply));
  }

  async #pass(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const mark = request.is404 ? NOWHERE : markOf(request);
    if (!mark || mark.public) return undefined;
    const { cause, ...verdict } = await authenticate(this.#authenticator, request, request.raw);
    if (verdict.ok) return undefined;
    this.#log.add({ code: verdict.code, requestId: request.id, handler: mark.handler, ...(cause ? { cause } : {}) });
    const { status, headers, body } = refusalOf(verdict, refusalContext(this.#options, request.id));
    return reply.code(status).headers(headers).send(body);
  }
}

const MARK = 'mintmark';

/** A path or method that nothing serves: Fastify reads the body before it says so, and a stranger's is not read. */
const NOWHERE: RouteMark = { public: false, handler: 'none' };

function markRoute({ method, controller, name }: Handler): void {
  const config = (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method) ?? {}) as { [MARK]?: RouteMark };
  // One method may serve two controllers by inheritance; where one of them is public the guard alone can tell.
  const mark: RouteMark = {
    public: (config[MARK]?.public ?? false) || (accessTo(method, controller)?.public ?? false),
    handler: name,
  };
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...config, [MARK]: mark }, method);
}

function markOf(request: FastifyRequest): RouteMark | undefined {
  return (request.routeOptions.config as { [MARK]?: RouteMark })[MARK];
}
