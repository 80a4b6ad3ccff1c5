import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type {
  IntrospectTokenRequest__Output,
  IntrospectTokenResponse,
  IssueTokenRequest__Output,
  IssueTokenResponse,
  RevokeTokenRequest__Output,
  RevokeTokenResponse,
} from '@mintmark/proto';
import { IssueToken } from '../../core/issuance/issue-token.ts';
import { CertificateEvidence } from '../certificates/certificate-evidence.ts';
import { forwardedHeaders } from '../certificates/forwarded-certificate.ts';
import { peerOfCall } from './call-peer.ts';
import { IntrospectToken } from '../../core/revocation/introspect-token.ts';
import { RevokeToken } from '../../core/revocation/revoke-token.ts';
import { toIntrospectionMessage, toPresentedToken } from './presented-token.schema.ts';
import { requestIdOf } from './request-id.ts';
import { toTokenRequest } from './token-message.schema.ts';

@Controller()
export class TokenGrpcController {
  readonly #issueToken: IssueToken;
  readonly #revokeToken: RevokeToken;
  readonly #introspectToken: IntrospectToken;
  readonly #certificates: CertificateEvidence;

  constructor(
    @Inject(IssueToken) issueToken: IssueToken,
    @Inject(RevokeToken) revokeToken: RevokeToken,
    @Inject(IntrospectToken) introspectToken: IntrospectToken,
    @Inject(CertificateEvidence) certificates: CertificateEvidence,
  ) {
    this.#issueToken = issueToken;
    this.#revokeToken = revokeToken;
    this.#introspectToken = introspectToken;
    this.#certificates = certificates;
  }

  @GrpcMethod('mintmark.token.v1.TokenService', 'IssueToken')
  // eslint-disable-next-line mintmark/parameter-schema -- proto-loader decodes to exactly the generated type; what it means is checked in token-message.schema.ts
  async issueToken(message: IssueTokenRequest__Output, metadata: Metadata): Promise<IssueTokenResponse> {
    const found = this.#foundWith(metadata);
    const issued = await this.#issueToken.read(found.requestId, () => toTokenRequest({ message, ...found }));
    return {
      accessToken: issued.accessToken,
      tokenType: 'Bearer',
      expiresIn: Math.floor(issued.expiresInSeconds),
      scope: [...issued.scopes],
    };
  }

  @GrpcMethod('mintmark.token.v1.TokenService', 'RevokeToken')
  // eslint-disable-next-line mintmark/parameter-schema -- as above; checked in presented-token.schema.ts
  async revokeToken(message: RevokeTokenRequest__Output, metadata: Metadata): Promise<RevokeTokenResponse> {
    await this.#revokeToken.execute(toPresentedToken({ message, ...this.#foundWith(metadata) }));
    return {};
  }

  @GrpcMethod('mintmark.token.v1.TokenService', 'IntrospectToken')
  // eslint-disable-next-line mintmark/parameter-schema -- as above; checked in presented-token.schema.ts
  async introspectToken(message: IntrospectTokenRequest__Output, metadata: Metadata): Promise<IntrospectTokenResponse> {
    const presented = toPresentedToken({ message, ...this.#foundWith(metadata) });
    return toIntrospectionMessage(await this.#introspectToken.execute(presented));
  }

  #foundWith(metadata: Metadata) {
    const headers = forwardedHeaders((name) => metadata.get(name).map(String));
    const certificates = this.#certificates.collect(peerOfCall(metadata), headers);
    return { requestId: requestIdOf(metadata), authorization: metadata.get('authorization'), certificates };
  }
}
