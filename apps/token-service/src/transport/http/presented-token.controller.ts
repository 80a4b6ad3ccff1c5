import { Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ROUTES } from '@mintmark/contract';
import type { FastifyRequest } from 'fastify';
import { IntrospectToken } from '../../core/revocation/introspect-token.ts';
import type { PresentedToken } from '../../core/revocation/presented-token.ts';
import { RevokeToken } from '../../core/revocation/revoke-token.ts';
import { CertificateEvidence } from '../certificates/certificate-evidence.ts';
import { forwardedHeaders } from '../certificates/forwarded-certificate.ts';
import { peerOf } from '../certificates/peer-certificate.ts';
import { toPresentedToken } from './presented-token.schema.ts';

/** What a client says, or asks, about a token. */
@Controller()
export class PresentedTokenController {
  readonly #revokeToken: RevokeToken;
  readonly #introspectToken: IntrospectToken;
  readonly #certificates: CertificateEvidence;

  constructor(
    @Inject(RevokeToken) revokeToken: RevokeToken,
    @Inject(IntrospectToken) introspectToken: IntrospectToken,
    @Inject(CertificateEvidence) certificates: CertificateEvidence,
  ) {
    this.#revokeToken = revokeToken;
    this.#introspectToken = introspectToken;
    this.#certificates = certificates;
  }

  /** RFC 7009. */
  @Post(ROUTES.revoke)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async revoke(@Req() request: FastifyRequest): Promise<object> {
    await this.#revokeToken.execute(this.#presentedIn(request));
    return {};
  }

  /** RFC 7662. */
  @Post(ROUTES.introspect)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async introspect(@Req() request: FastifyRequest): Promise<object> {
    const answer = await this.#introspectToken.execute(this.#presentedIn(request));
    return answer.active ? { active: true, token_type: answer.tokenType, ...answer.claims } : { active: false };
  }

  #presentedIn(request: FastifyRequest): PresentedToken {
    const form = (request.body as URLSearchParams | undefined) ?? new URLSearchParams();
    const { headersDistinct, socket } = request.raw;
    const authorization = headersDistinct.authorization ?? [];
    const headers = forwardedHeaders((name) => headersDistinct[name] ?? []);
    const certificates = this.#certificates.collect(peerOf(socket), headers);
    return toPresentedToken({ requestId: request.id, form, authorization, certificates });
  }
}
