import { Controller, Get, Header, Headers, Inject, Res } from '@nestjs/common';
import { AS_OF_HEADER, ROUTES } from '@mintmark/contract';
import type { FastifyReply } from 'fastify';
import { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { IssuerMetadata } from './issuer-metadata.ts';

const METADATA_CACHE = 'public, max-age=300';

/** What verifiers and clients discover; every answer is served from memory. */
@Controller()
export class WellKnownController {
  readonly #keys: KeyRing;
  readonly #metadata: IssuerMetadata;

  constructor(@Inject(KeyRing) keys: KeyRing, @Inject(IssuerMetadata) metadata: IssuerMetadata) {
    this.#keys = keys;
    this.#metadata = metadata;
  }

  /** RFC 7517 §5. */
  @Get(ROUTES.jwks)
  jwks(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): void {
    const set = this.#keys.publicKeySet();
    void reply.headers({
      etag: set.etag,
      'cache-control': `public, max-age=${Math.floor(set.maxAgeSeconds)}, stale-if-error=${Math.floor(set.staleIfErrorSeconds)}`,
      [AS_OF_HEADER]: String(set.asOf.getTime() / 1000),
    });
    if (matches(ifNoneMatch, set.etag)) void reply.code(304).send();
    else void reply.type('application/jwk-set+json').send(set.body);
  }

  @Get(ROUTES.authorizationServerMetadata)
  @Header('content-type', 'application/json')
  @Header('cache-control', METADATA_CACHE)
  authorizationServer(): string {
    return this.#metadata.authorizationServer;
  }

  @Get(ROUTES.openidConfiguration)
  @Header('content-type', 'application/json')
  @Header('cache-control', METADATA_CACHE)
  openidConfiguration(): string {
    return this.#metadata.openidConfiguration;
  }
}

/** RFC 9110 §13.1.2: a list of entity tags, compared weakly. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;
}
