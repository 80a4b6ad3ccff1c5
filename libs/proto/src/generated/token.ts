import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { IssueTokenRequest as _mintmark_token_v1_IssueTokenRequest, IssueTokenRequest__Output as _mintmark_token_v1_IssueTokenRequest__Output } from './mintmark/token/v1/IssueTokenRequest.ts';
import type { IssueTokenResponse as _mintmark_token_v1_IssueTokenResponse, IssueTokenResponse__Output as _mintmark_token_v1_IssueTokenResponse__Output } from './mintmark/token/v1/IssueTokenResponse.ts';
import type { TokenServiceClient as _mintmark_token_v1_TokenServiceClient, TokenServiceDefinition as _mintmark_token_v1_TokenServiceDefinition } from './mintmark/token/v1/TokenService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mintmark: {
    token: {
      v1: {
        IssueTokenRequest: MessageTypeDefinition<_mintmark_token_v1_IssueTokenRequest, _mintmark_token_v1_IssueTokenRequest__Output>
        IssueTokenResponse: MessageTypeDefinition<_mintmark_token_v1_IssueTokenResponse, _mintmark_token_v1_IssueTokenResponse__Output>
        /**
         * Issues access tokens: the use case of POST /oauth2/token (RFC 6749 §4.4) over gRPC.
         */
        TokenService: SubtypeConstructor<typeof grpc.Client, _mintmark_token_v1_TokenServiceClient> & { service: _mintmark_token_v1_TokenServiceDefinition }
      }
    }
  }
}

