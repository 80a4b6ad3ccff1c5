import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ROUTES } from '@mintmark/contract';
import type { FastifyReply } from 'fastify';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import type { PublishedKeySet } from '../../core/keys/distribution/key-set-document.ts';
import { RevocationFeed } from '../../core/revocation/revocation-feed.ts';
import { headersOf, matches } from './conditional.ts';

/** The ring whose keys sign what is revoked. */
export abstract class RevocationKeys {
  abstract publicKeySet(): ReturnType<KeyRing['publicKeySet']>;
}

/** What verifiers are told of revocations, from memory. */
@Controller()
export class RevocationsController {
  readonly #feed: RevocationFeed;
  readonly #keys: RevocationKeys;

  constructor(@Inject(RevocationFeed) feed: RevocationFeed, @Inject(RevocationKeys) keys: RevocationKeys) {
    this.#feed = feed;
    this.#keys = keys;
  }

  /** A signed document of its own `typ`. A cache on the way must not decide how long a revoked token lives. */
  @Get(ROUTES.revocations)
  revocations(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): void {
    const { body, etag } = this.#feed.document();
    void reply.headers({ etag, 'cache-control': 'no-cache' });
    if (matches(ifNoneMatch, etag)) void reply.code(304).send();
    else void reply.type('application/mintmark-revocations+jwt').send(body);
  }

  @Get(ROUTES.revocationKeys)
  keys(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): void {
    const set: PublishedKeySet = this.#keys.publicKeySet();
    void reply.headers(headersOf(set));
    if (matches(ifNoneMatch, set.etag)) void reply.code(304).send();
    else void reply.type('application/jwk-set+json').send(set.body);
  }
}
