// Original file: proto/mintmark/token/v1/token.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { IntrospectTokenRequest as _mintmark_token_v1_IntrospectTokenRequest, IntrospectTokenRequest__Output as _mintmark_token_v1_IntrospectTokenRequest__Output } from '../../../mintmark/token/v1/IntrospectTokenRequest.ts';
import type { IntrospectTokenResponse as _mintmark_token_v1_IntrospectTokenResponse, IntrospectTokenResponse__Output as _mintmark_token_v1_IntrospectTokenResponse__Output } from '../../../mintmark/token/v1/IntrospectTokenResponse.ts';
import type { IssueTokenRequest as _mintmark_token_v1_IssueTokenRequest, IssueTokenRequest__Output as _mintmark_token_v1_IssueTokenRequest__Output } from '../../../mintmark/token/v1/IssueTokenRequest.ts';
import type { IssueTokenResponse as _mintmark_token_v1_IssueTokenResponse, IssueTokenResponse__Output as _mintmark_token_v1_IssueTokenResponse__Output } from '../../../mintmark/token/v1/IssueTokenResponse.ts';
import type { RevokeTokenRequest as _mintmark_token_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _mintmark_token_v1_RevokeTokenRequest__Output } from '../../../mintmark/token/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _mintmark_token_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _mintmark_token_v1_RevokeTokenResponse__Output } from '../../../mintmark/token/v1/RevokeTokenResponse.ts';

/**
 * Issues access tokens: the use cases of POST /oauth2/token (RFC 6749 §4.4) and its neighbours over gRPC.
 */
export interface TokenServiceClient extends grpc.Client {
  /**
   * Whether a token counts: POST /oauth2/introspect (RFC 7662), for its own client and the one that operates its resource.
   */
  IntrospectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  IntrospectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  IntrospectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  IntrospectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Whether a token counts: POST /oauth2/introspect (RFC 7662), for its own client and the one that operates its resource.
   */
  introspectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  introspectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  introspectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  introspectToken(argument: _mintmark_token_v1_IntrospectTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_IntrospectTokenResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The client proves who it is by exactly one of: metadata "authorization" (Basic, RFC 6749 §2.3.1),
   * a client assertion (RFC 7523), or the certificate of the connection (RFC 8705), which takes client_id too. Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  IssueToken(argument: _mintmark_token_v1_IssueTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueToken(argument: _mintmark_token_v1_IssueTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueToken(argument: _mintmark_token_v1_IssueTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  IssueToken(argument: _mintmark_token_v1_IssueTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The client proves who it is by exactly one of: metadata "authorization" (Basic, RFC 6749 §2.3.1),
   * a client assertion (RFC 7523), or the certificate of the connection (RFC 8705), which takes client_id too. Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  issueToken(argument: _mintmark_token_v1_IssueTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  issueToken(argument: _mintmark_token_v1_IssueTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  issueToken(argument: _mintmark_token_v1_IssueTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  issueToken(argument: _mintmark_token_v1_IssueTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_IssueTokenResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * A client gives back a token of its own: POST /oauth2/revoke (RFC 7009). What is no token of the client has no effect.
   */
  RevokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A client gives back a token of its own: POST /oauth2/revoke (RFC 7009). What is no token of the client has no effect.
   */
  revokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _mintmark_token_v1_RevokeTokenRequest, callback: grpc.requestCallback<_mintmark_token_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Issues access tokens: the use cases of POST /oauth2/token (RFC 6749 §4.4) and its neighbours over gRPC.
 */
export interface TokenServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Whether a token counts: POST /oauth2/introspect (RFC 7662), for its own client and the one that operates its resource.
   */
  IntrospectToken: grpc.handleUnaryCall<_mintmark_token_v1_IntrospectTokenRequest__Output, _mintmark_token_v1_IntrospectTokenResponse>;
  
  /**
   * The client proves who it is by exactly one of: metadata "authorization" (Basic, RFC 6749 §2.3.1),
   * a client assertion (RFC 7523), or the certificate of the connection (RFC 8705), which takes client_id too. Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  IssueToken: grpc.handleUnaryCall<_mintmark_token_v1_IssueTokenRequest__Output, _mintmark_token_v1_IssueTokenResponse>;
  
  /**
   * A client gives back a token of its own: POST /oauth2/revoke (RFC 7009). What is no token of the client has no effect.
   */
  RevokeToken: grpc.handleUnaryCall<_mintmark_token_v1_RevokeTokenRequest__Output, _mintmark_token_v1_RevokeTokenResponse>;
  
}

export interface TokenServiceDefinition extends grpc.ServiceDefinition {
  IntrospectToken: MethodDefinition<_mintmark_token_v1_IntrospectTokenRequest, _mintmark_token_v1_IntrospectTokenResponse, _mintmark_token_v1_IntrospectTokenRequest__Output, _mintmark_token_v1_IntrospectTokenResponse__Output>
  IssueToken: MethodDefinition<_mintmark_token_v1_IssueTokenRequest, _mintmark_token_v1_IssueTokenResponse, _mintmark_token_v1_IssueTokenRequest__Output, _mintmark_token_v1_IssueTokenResponse__Output>
  RevokeToken: MethodDefinition<_mintmark_token_v1_RevokeTokenRequest, _mintmark_token_v1_RevokeTokenResponse, _mintmark_token_v1_RevokeTokenRequest__Output, _mintmark_token_v1_RevokeTokenResponse__Output>
}
