import { Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { formatScope, ROUTES } from '@mintmark/contract';
import type { FastifyRequest } from 'fastify';
import { IssueToken } from '../../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../certificates/certificate-evidence.ts';
import { forwardedHeaders } from '../certificates/forwarded-certificate.ts';
import { peerOf } from '../certificates/peer-certificate.ts';
import { toTokenRequest } from './token-form.schema.ts';

interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

@Controller()
export class TokenController {
  readonly #issueToken: IssueToken;
  readonly #certificates: CertificateEvidence;

  constructor(
    @Inject(IssueToken) issueToken: IssueToken,
    @Inject(CertificateEvidence) certificates: CertificateEvidence,
  ) {
    this.#issueToken = issueToken;
    this.#certificates = certificates;
  }

  /** RFC 6749 §4.4, §5.1. */
  @Post(ROUTES.token)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async token(@Req() request: FastifyRequest): Promise<TokenResponse> {
    // The only content type that has a parser; without any body there is no type either.
    const form = (request.body as URLSearchParams | undefined) ?? new URLSearchParams();
    const { headersDistinct, socket } = request.raw;
    const authorization = headersDistinct.authorization ?? [];
    const headers = forwardedHeaders((name) => headersDistinct[name] ?? []);
    const certificates = this.#certificates.collect(peerOf(socket), headers);
    const issued = await this.#issueToken.read(request.id, () =>
      toTokenRequest({ requestId: request.id, form, authorization, certificates }),
    );
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: issued.expiresInSeconds,
      scope: formatScope(issued.scopes),
    };
  }
}
