import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Confirmation as _mintmark_token_v1_Confirmation, Confirmation__Output as _mintmark_token_v1_Confirmation__Output } from './mintmark/token/v1/Confirmation.ts';
import type { IntrospectTokenRequest as _mintmark_token_v1_IntrospectTokenRequest, IntrospectTokenRequest__Output as _mintmark_token_v1_IntrospectTokenRequest__Output } from './mintmark/token/v1/IntrospectTokenRequest.ts';
import type { IntrospectTokenResponse as _mintmark_token_v1_IntrospectTokenResponse, IntrospectTokenResponse__Output as _mintmark_token_v1_IntrospectTokenResponse__Output } from './mintmark/token/v1/IntrospectTokenResponse.ts';
import type { IssueTokenRequest as _mintmark_token_v1_IssueTokenRequest, IssueTokenRequest__Output as _mintmark_token_v1_IssueTokenRequest__Output } from './mintmark/token/v1/IssueTokenRequest.ts';
import type { IssueTokenResponse as _mintmark_token_v1_IssueTokenResponse, IssueTokenResponse__Output as _mintmark_token_v1_IssueTokenResponse__Output } from './mintmark/token/v1/IssueTokenResponse.ts';
import type { RevokeTokenRequest as _mintmark_token_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _mintmark_token_v1_RevokeTokenRequest__Output } from './mintmark/token/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _mintmark_token_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _mintmark_token_v1_RevokeTokenResponse__Output } from './mintmark/token/v1/RevokeTokenResponse.ts';
import type { TokenServiceClient as _mintmark_token_v1_TokenServiceClient, TokenServiceDefinition as _mintmark_token_v1_TokenServiceDefinition } from './mintmark/token/v1/TokenService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mintmark: {
    token: {
      v1: {
        Confirmation: MessageTypeDefinition<_mintmark_token_v1_Confirmation, _mintmark_token_v1_Confirmation__Output>
        IntrospectTokenRequest: MessageTypeDefinition<_mintmark_token_v1_IntrospectTokenRequest, _mintmark_token_v1_IntrospectTokenRequest__Output>
        IntrospectTokenResponse: MessageTypeDefinition<_mintmark_token_v1_IntrospectTokenResponse, _mintmark_token_v1_IntrospectTokenResponse__Output>
        IssueTokenRequest: MessageTypeDefinition<_mintmark_token_v1_IssueTokenRequest, _mintmark_token_v1_IssueTokenRequest__Output>
        IssueTokenResponse: MessageTypeDefinition<_mintmark_token_v1_IssueTokenResponse, _mintmark_token_v1_IssueTokenResponse__Output>
        RevokeTokenRequest: MessageTypeDefinition<_mintmark_token_v1_RevokeTokenRequest, _mintmark_token_v1_RevokeTokenRequest__Output>
        RevokeTokenResponse: MessageTypeDefinition<_mintmark_token_v1_RevokeTokenResponse, _mintmark_token_v1_RevokeTokenResponse__Output>
        /**
         * Issues access tokens: the use cases of POST /oauth2/token (RFC 6749 §4.4) and its neighbours over gRPC.
         */
        TokenService: SubtypeConstructor<typeof grpc.Client, _mintmark_token_v1_TokenServiceClient> & { service: _mintmark_token_v1_TokenServiceDefinition }
      }
    }
  }
}

