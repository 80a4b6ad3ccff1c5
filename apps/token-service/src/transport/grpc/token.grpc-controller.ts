import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { IssueTokenRequest__Output, IssueTokenResponse } from '@mintmark/proto';
import { IssueToken } from '../../core/issuance/issue-token.ts';
import { requestIdOf } from './request-id.ts';
import { toTokenRequest } from './token-message.schema.ts';

@Controller()
export class TokenGrpcController {
  readonly #issueToken: IssueToken;

  constructor(@Inject(IssueToken) issueToken: IssueToken) {
    this.#issueToken = issueToken;
  }

  @GrpcMethod('mintmark.token.v1.TokenService', 'IssueToken')
  // eslint-disable-next-line mintmark/parameter-schema -- proto-loader decodes to exactly the generated type; what it means is checked in token-message.schema.ts
  async issueToken(message: IssueTokenRequest__Output, metadata: Metadata): Promise<IssueTokenResponse> {
    const requestId = requestIdOf(metadata);
    const authorization = metadata.get('authorization');
    const issued = await this.#issueToken.execute(toTokenRequest({ requestId, message, authorization }));
    return {
      accessToken: issued.accessToken,
      tokenType: 'Bearer',
      expiresIn: Math.floor(issued.expiresInSeconds),
      scope: [...issued.scopes],
    };
  }
}
