// Original file: proto/mintmark/keyset/v1/keyset.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetKeySetRequest as _mintmark_keyset_v1_GetKeySetRequest, GetKeySetRequest__Output as _mintmark_keyset_v1_GetKeySetRequest__Output } from '../../../mintmark/keyset/v1/GetKeySetRequest.ts';
import type { KeySet as _mintmark_keyset_v1_KeySet, KeySet__Output as _mintmark_keyset_v1_KeySet__Output } from '../../../mintmark/keyset/v1/KeySet.ts';
import type { KeySetEvent as _mintmark_keyset_v1_KeySetEvent, KeySetEvent__Output as _mintmark_keyset_v1_KeySetEvent__Output } from '../../../mintmark/keyset/v1/KeySetEvent.ts';
import type { WatchRequest as _mintmark_keyset_v1_WatchRequest, WatchRequest__Output as _mintmark_keyset_v1_WatchRequest__Output } from '../../../mintmark/keyset/v1/WatchRequest.ts';

/**
 * Tells verifiers which keys to trust, as it changes.
 */
export interface KeySetServiceClient extends grpc.Client {
  /**
   * The key set as it is: what GET /.well-known/jwks.json serves. Open to everyone.
   */
  GetKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  GetKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  GetKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  GetKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  /**
   * The key set as it is: what GET /.well-known/jwks.json serves. Open to everyone.
   */
  getKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  getKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  getKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  getKeySet(argument: _mintmark_keyset_v1_GetKeySetRequest, callback: grpc.requestCallback<_mintmark_keyset_v1_KeySet__Output>): grpc.ClientUnaryCall;
  
  /**
   * The key set now, and every later one at once. Needs a token for the built-in resource mintmark-keyset with scope
   * keyset:watch, which whoever operates a resource may have; one token opens one stream, and the stream ends with it.
   * Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  WatchKeySet(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_KeySetEvent__Output>;
  WatchKeySet(options?: grpc.CallOptions): grpc.ClientDuplexStream<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_KeySetEvent__Output>;
  /**
   * The key set now, and every later one at once. Needs a token for the built-in resource mintmark-keyset with scope
   * keyset:watch, which whoever operates a resource may have; one token opens one stream, and the stream ends with it.
   * Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  watchKeySet(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_KeySetEvent__Output>;
  watchKeySet(options?: grpc.CallOptions): grpc.ClientDuplexStream<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_KeySetEvent__Output>;
  
}

/**
 * Tells verifiers which keys to trust, as it changes.
 */
export interface KeySetServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The key set as it is: what GET /.well-known/jwks.json serves. Open to everyone.
   */
  GetKeySet: grpc.handleUnaryCall<_mintmark_keyset_v1_GetKeySetRequest__Output, _mintmark_keyset_v1_KeySet>;
  
  /**
   * The key set now, and every later one at once. Needs a token for the built-in resource mintmark-keyset with scope
   * keyset:watch, which whoever operates a resource may have; one token opens one stream, and the stream ends with it.
   * Errors carry google.rpc.ErrorInfo with domain "mintmark" and the code as reason.
   */
  WatchKeySet: grpc.handleBidiStreamingCall<_mintmark_keyset_v1_WatchRequest__Output, _mintmark_keyset_v1_KeySetEvent>;
  
}

export interface KeySetServiceDefinition extends grpc.ServiceDefinition {
  GetKeySet: MethodDefinition<_mintmark_keyset_v1_GetKeySetRequest, _mintmark_keyset_v1_KeySet, _mintmark_keyset_v1_GetKeySetRequest__Output, _mintmark_keyset_v1_KeySet__Output>
  WatchKeySet: MethodDefinition<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_KeySetEvent, _mintmark_keyset_v1_WatchRequest__Output, _mintmark_keyset_v1_KeySetEvent__Output>
}
