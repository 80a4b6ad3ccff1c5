// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListResourcesRequest as _mintmark_admin_v1_ListResourcesRequest, ListResourcesRequest__Output as _mintmark_admin_v1_ListResourcesRequest__Output } from '../../../mintmark/admin/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _mintmark_admin_v1_ListResourcesResponse, ListResourcesResponse__Output as _mintmark_admin_v1_ListResourcesResponse__Output } from '../../../mintmark/admin/v1/ListResourcesResponse.ts';

/**
 * Scope: registry:read.
 */
export interface ResourcesServiceClient extends grpc.Client {
  ListResources(argument: _mintmark_admin_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _mintmark_admin_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _mintmark_admin_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _mintmark_admin_v1_ListResourcesRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _mintmark_admin_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _mintmark_admin_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _mintmark_admin_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _mintmark_admin_v1_ListResourcesRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scope: registry:read.
 */
export interface ResourcesServiceHandlers extends grpc.UntypedServiceImplementation {
  ListResources: grpc.handleUnaryCall<_mintmark_admin_v1_ListResourcesRequest__Output, _mintmark_admin_v1_ListResourcesResponse>;
  
}

export interface ResourcesServiceDefinition extends grpc.ServiceDefinition {
  ListResources: MethodDefinition<_mintmark_admin_v1_ListResourcesRequest, _mintmark_admin_v1_ListResourcesResponse, _mintmark_admin_v1_ListResourcesRequest__Output, _mintmark_admin_v1_ListResourcesResponse__Output>
}
