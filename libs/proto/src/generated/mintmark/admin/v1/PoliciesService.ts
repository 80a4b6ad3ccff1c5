// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListPoliciesRequest as _mintmark_admin_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _mintmark_admin_v1_ListPoliciesRequest__Output } from '../../../mintmark/admin/v1/ListPoliciesRequest.ts';
import type { ListPoliciesResponse as _mintmark_admin_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _mintmark_admin_v1_ListPoliciesResponse__Output } from '../../../mintmark/admin/v1/ListPoliciesResponse.ts';

/**
 * Scope: registry:read.
 */
export interface PoliciesServiceClient extends grpc.Client {
  ListPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _mintmark_admin_v1_ListPoliciesRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scope: registry:read.
 */
export interface PoliciesServiceHandlers extends grpc.UntypedServiceImplementation {
  ListPolicies: grpc.handleUnaryCall<_mintmark_admin_v1_ListPoliciesRequest__Output, _mintmark_admin_v1_ListPoliciesResponse>;
  
}

export interface PoliciesServiceDefinition extends grpc.ServiceDefinition {
  ListPolicies: MethodDefinition<_mintmark_admin_v1_ListPoliciesRequest, _mintmark_admin_v1_ListPoliciesResponse, _mintmark_admin_v1_ListPoliciesRequest__Output, _mintmark_admin_v1_ListPoliciesResponse__Output>
}
