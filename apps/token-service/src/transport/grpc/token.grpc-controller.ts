import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { IssueTokenRequest__Output, IssueTokenResponse } from '@mintmark/proto';
import { IssueToken } from '../../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../certificates/certificate-evidence.ts';
import { forwardedHeaders } from '../certificates/forwarded-certificate.ts';
import { peerOfCall } from './call-peer.ts';
import { requestIdOf } from './request-id.ts';
import { toTokenRequest } from './token-message.schema.ts';

@Controller()
export class TokenGrpcController {
  readonly #issueToken: IssueToken;
  readonly #certificates: CertificateEvidence;

  constructor(
    @Inject(IssueToken) issueToken: IssueToken,
    @Inject(CertificateEvidence) certificates: CertificateEvidence,
  ) {
    this.#issueToken = issueToken;
    this.#certificates = certificates;
  }

  @GrpcMethod('mintmark.token.v1.TokenService', 'IssueToken')
  // eslint-disable-next-line mintmark/parameter-schema -- proto-loader decodes to exactly the generated type; what it means is checked in token-message.schema.ts
  async issueToken(message: IssueTokenRequest__Output, metadata: Metadata): Promise<IssueTokenResponse> {
    const requestId = requestIdOf(metadata);
    const authorization = metadata.get('authorization');
    const headers = forwardedHeaders((name) => metadata.get(name).map(String));
    const certificates = this.#certificates.collect(peerOfCall(metadata), headers);
    const issued = await this.#issueToken.execute(toTokenRequest({ requestId, message, authorization, certificates }));
    return {
      accessToken: issued.accessToken,
      tokenType: 'Bearer',
      expiresIn: Math.floor(issued.expiresInSeconds),
      scope: [...issued.scopes],
    };
  }
}
