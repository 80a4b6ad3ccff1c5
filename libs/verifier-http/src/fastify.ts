import { readExternalUrl, type Verifier } from '@mintmark/verifier';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { authenticate, type Authentication, type Authenticator } from './authenticate.ts';
import { authorise } from './authorise.ts';
import { readRealm, refusalOf, type Denial, type RefusalContext } from './refusal.ts';

/** What a route asks of its caller: nothing at all, or a token with these scopes (none: any valid token). */
export type RouteAccess = 'public' | { readonly scopes: readonly string[] };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

export interface FastifyVerifierOptions {
  readonly verifier: Verifier;
  /** `realm` of the challenge; default `mintmark`. */
  readonly realm?: string;
  /** Where callers reach this server, as `https://inventory.internal`: lets in tokens with a DPoP proof for it. */
  readonly externalUrl?: string;
}

/**
 * Fastify plugin: every route needs a token, verified before the body is read and again once it is there, unless it declares
 * `access: 'public'`.
 *
 *     await app.register(fastifyVerifier, { verifier });
 *     app.get('/stock', { config: { access: { scopes: ['stock:read'] } } }, (request) => callerOf(request).clientId);
 *
 * @throws Error while routes are added, for one that declares no access; a route added before the plugin was loaded
 * (no `await`) is refused with 403 instead; TypeError for an `externalUrl` that is none, or a `realm` that a header cannot carry
 */
export async function fastifyVerifier(app: FastifyInstance, options: FastifyVerifierOptions): Promise<void> {
  const { verifier, externalUrl } = options;
  const authenticator = { verifier, externalUrl: readExternalUrl(externalUrl) };
  const realm = readRealm(options.realm);
  app.addHook('onRoute', requireDeclaration);
  const demandToken = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const access = accessOf(request);
    if (access === 'public') return;
    const { cause, ...verdict } = await decide(authenticator, request, access);
    if (verdict.ok) return;
    const denied = { code: verdict.code, request_id: request.id };
    if (cause === undefined) request.log.info(denied, 'request denied');
    else request.log.error({ ...denied, err: cause }, 'request denied by a defect');
    const context = { requestId: request.id, realm, dpop: externalUrl !== undefined };
    await refuse(reply, { ...verdict, scopes: access?.scopes ?? [] }, context);
  };
  app.addHook('onRequest', demandToken);
  app.addHook('preHandler', demandToken);
  return Promise.resolve();
}

// Without this mark Fastify would keep the hooks to the plugin's own routes.
Object.assign(fastifyVerifier, { [Symbol.for('skip-override')]: true });

function requireDeclaration(route: RouteOptions): void {
  if (route.config?.access) return;
  const methods = [route.method].flat().join(', ');
  throw new Error(
    `Route ${methods} ${route.url} declares no access: give it config: { access: { scopes: [...] } } or { access: 'public' }`,
  );
}

function accessOf(request: FastifyRequest): RouteAccess | undefined {
  return request.is404 ? { scopes: [] } : request.routeOptions.config.access;
}

async function decide(
  authenticator: Authenticator,
  request: FastifyRequest,
  access: { scopes: readonly string[] } | undefined,
): Promise<Authentication> {
  const verdict = await authenticate(authenticator, request, request.raw);
  return verdict.ok ? authorise(authenticator.verifier, verdict.caller, access?.scopes) : verdict;
}

async function refuse(reply: FastifyReply, denial: Denial, context: RefusalContext): Promise<void> {
  const refusal = refusalOf(denial, context);
  await reply.code(refusal.status).headers(refusal.headers).send(refusal.body);
}
