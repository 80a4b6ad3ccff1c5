import { Controller, Get, Header, Headers, Inject, Res } from '@nestjs/common';
import { ROUTES } from '@mintmark/contract';
import type { FastifyReply } from 'fastify';
import { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import type { PublishedKeySet } from '../../core/keys/distribution/key-set-document.ts';
import { KeySetSightings } from '../../core/keys/distribution/key-set-sightings.ts';
import { headersOf, matches } from './conditional.ts';
import { IssuerMetadata } from './issuer-metadata.ts';

const METADATA_CACHE = 'public, max-age=300';

/** What verifiers and clients discover; every answer is served from memory. */
@Controller()
export class WellKnownController {
  readonly #keys: KeyRing;
  readonly #metadata: IssuerMetadata;
  readonly #sightings: KeySetSightings;
  /** Put together once for each contact with the database, not for each request. */
  #served: { readonly set: PublishedKeySet; readonly headers: Readonly<Record<string, string>> } | undefined;

  constructor(
    @Inject(KeyRing) keys: KeyRing,
    @Inject(IssuerMetadata) metadata: IssuerMetadata,
    @Inject(KeySetSightings) sightings: KeySetSightings,
  ) {
    this.#keys = keys;
    this.#metadata = metadata;
    this.#sightings = sightings;
  }

  /** RFC 7517 §5. */
  @Get(ROUTES.jwks)
  jwks(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): void {
    const set = this.#keys.publicKeySet();
    this.#sightings.asked(ifNoneMatch, set);
    if (this.#served?.set !== set) this.#served = { set, headers: headersOf(set) };
    void reply.headers(this.#served.headers);
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
