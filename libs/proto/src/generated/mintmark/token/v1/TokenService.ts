// Original file: proto/mintmark/token/v1/token.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { IssueTokenRequest as _mintmark_token_v1_IssueTokenRequest, IssueTokenRequest__Output as _mintmark_token_v1_IssueTokenRequest__Output } from '../../../mintmark/token/v1/IssueTokenRequest.ts';
import type { IssueTokenResponse as _mintmark_token_v1_IssueTokenResponse, IssueTokenResponse__Output as _mintmark_token_v1_IssueTokenResponse__Output } from '../../../mintmark/token/v1/IssueTokenResponse.ts';

/**
 * Issues access tokens: the use case of POST /oauth2/token (RFC 6749 §4.4) over gRPC.
 */
export interface TokenServiceClient extends grpc.Client {
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
  
}

/**
 * Issues access tokens: the use case of POST /oauth2/token (RFC 6749 §4.4) over gRPC.
 */
export interface TokenServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The client proves who it is by exactly one of: metadata "authorization" (Basic, RFC 6749 §2.3.1),
   * a client assertion (RFC 7523), or the certificate of the connection (RFC 8705), which takes client_id too. Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  IssueToken: grpc.handleUnaryCall<_mintmark_token_v1_IssueTokenRequest__Output, _mintmark_token_v1_IssueTokenResponse>;
  
}

export interface TokenServiceDefinition extends grpc.ServiceDefinition {
  IssueToken: MethodDefinition<_mintmark_token_v1_IssueTokenRequest, _mintmark_token_v1_IssueTokenResponse, _mintmark_token_v1_IssueTokenRequest__Output, _mintmark_token_v1_IssueTokenResponse__Output>
}
