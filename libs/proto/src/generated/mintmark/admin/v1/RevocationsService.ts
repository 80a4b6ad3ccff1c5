// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListRevocationsRequest as _mintmark_admin_v1_ListRevocationsRequest, ListRevocationsRequest__Output as _mintmark_admin_v1_ListRevocationsRequest__Output } from '../../../mintmark/admin/v1/ListRevocationsRequest.ts';
import type { ListRevocationsResponse as _mintmark_admin_v1_ListRevocationsResponse, ListRevocationsResponse__Output as _mintmark_admin_v1_ListRevocationsResponse__Output } from '../../../mintmark/admin/v1/ListRevocationsResponse.ts';
import type { Revocation as _mintmark_admin_v1_Revocation, Revocation__Output as _mintmark_admin_v1_Revocation__Output } from '../../../mintmark/admin/v1/Revocation.ts';
import type { RevokeRequest as _mintmark_admin_v1_RevokeRequest, RevokeRequest__Output as _mintmark_admin_v1_RevokeRequest__Output } from '../../../mintmark/admin/v1/RevokeRequest.ts';

/**
 * Scope: tokens:revoke; registry:admin too for a client that may administer Mintmark.
 */
export interface RevocationsServiceClient extends grpc.Client {
  ListRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  ListRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  listRevocations(argument: _mintmark_admin_v1_ListRevocationsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListRevocationsResponse__Output>): grpc.ClientUnaryCall;
  
  Revoke(argument: _mintmark_admin_v1_RevokeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  Revoke(argument: _mintmark_admin_v1_RevokeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  Revoke(argument: _mintmark_admin_v1_RevokeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  Revoke(argument: _mintmark_admin_v1_RevokeRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  revoke(argument: _mintmark_admin_v1_RevokeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  revoke(argument: _mintmark_admin_v1_RevokeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  revoke(argument: _mintmark_admin_v1_RevokeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  revoke(argument: _mintmark_admin_v1_RevokeRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Revocation__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scope: tokens:revoke; registry:admin too for a client that may administer Mintmark.
 */
export interface RevocationsServiceHandlers extends grpc.UntypedServiceImplementation {
  ListRevocations: grpc.handleUnaryCall<_mintmark_admin_v1_ListRevocationsRequest__Output, _mintmark_admin_v1_ListRevocationsResponse>;
  
  Revoke: grpc.handleUnaryCall<_mintmark_admin_v1_RevokeRequest__Output, _mintmark_admin_v1_Revocation>;
  
}

export interface RevocationsServiceDefinition extends grpc.ServiceDefinition {
  ListRevocations: MethodDefinition<_mintmark_admin_v1_ListRevocationsRequest, _mintmark_admin_v1_ListRevocationsResponse, _mintmark_admin_v1_ListRevocationsRequest__Output, _mintmark_admin_v1_ListRevocationsResponse__Output>
  Revoke: MethodDefinition<_mintmark_admin_v1_RevokeRequest, _mintmark_admin_v1_Revocation, _mintmark_admin_v1_RevokeRequest__Output, _mintmark_admin_v1_Revocation__Output>
}
