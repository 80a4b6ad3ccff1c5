// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyRegistryRequest as _mintmark_admin_v1_ApplyRegistryRequest, ApplyRegistryRequest__Output as _mintmark_admin_v1_ApplyRegistryRequest__Output } from '../../../mintmark/admin/v1/ApplyRegistryRequest.ts';
import type { ApplyRegistryResponse as _mintmark_admin_v1_ApplyRegistryResponse, ApplyRegistryResponse__Output as _mintmark_admin_v1_ApplyRegistryResponse__Output } from '../../../mintmark/admin/v1/ApplyRegistryResponse.ts';
import type { ExportRegistryRequest as _mintmark_admin_v1_ExportRegistryRequest, ExportRegistryRequest__Output as _mintmark_admin_v1_ExportRegistryRequest__Output } from '../../../mintmark/admin/v1/ExportRegistryRequest.ts';
import type { ExportRegistryResponse as _mintmark_admin_v1_ExportRegistryResponse, ExportRegistryResponse__Output as _mintmark_admin_v1_ExportRegistryResponse__Output } from '../../../mintmark/admin/v1/ExportRegistryResponse.ts';
import type { PlanRegistryRequest as _mintmark_admin_v1_PlanRegistryRequest, PlanRegistryRequest__Output as _mintmark_admin_v1_PlanRegistryRequest__Output } from '../../../mintmark/admin/v1/PlanRegistryRequest.ts';
import type { PlanRegistryResponse as _mintmark_admin_v1_PlanRegistryResponse, PlanRegistryResponse__Output as _mintmark_admin_v1_PlanRegistryResponse__Output } from '../../../mintmark/admin/v1/PlanRegistryResponse.ts';

/**
 * Scopes: registry:read, to apply registry:write, registry:admin too where policies on mintmark-admin change.
 */
export interface RegistryServiceClient extends grpc.Client {
  ApplyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  ApplyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  ApplyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  ApplyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  applyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  applyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  applyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  applyRegistry(argument: _mintmark_admin_v1_ApplyRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ApplyRegistryResponse__Output>): grpc.ClientUnaryCall;
  
  ExportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  ExportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  ExportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  ExportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  exportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  exportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  exportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  exportRegistry(argument: _mintmark_admin_v1_ExportRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ExportRegistryResponse__Output>): grpc.ClientUnaryCall;
  
  PlanRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  PlanRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  PlanRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  PlanRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  planRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  planRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  planRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  planRegistry(argument: _mintmark_admin_v1_PlanRegistryRequest, callback: grpc.requestCallback<_mintmark_admin_v1_PlanRegistryResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scopes: registry:read, to apply registry:write, registry:admin too where policies on mintmark-admin change.
 */
export interface RegistryServiceHandlers extends grpc.UntypedServiceImplementation {
  ApplyRegistry: grpc.handleUnaryCall<_mintmark_admin_v1_ApplyRegistryRequest__Output, _mintmark_admin_v1_ApplyRegistryResponse>;
  
  ExportRegistry: grpc.handleUnaryCall<_mintmark_admin_v1_ExportRegistryRequest__Output, _mintmark_admin_v1_ExportRegistryResponse>;
  
  PlanRegistry: grpc.handleUnaryCall<_mintmark_admin_v1_PlanRegistryRequest__Output, _mintmark_admin_v1_PlanRegistryResponse>;
  
}

export interface RegistryServiceDefinition extends grpc.ServiceDefinition {
  ApplyRegistry: MethodDefinition<_mintmark_admin_v1_ApplyRegistryRequest, _mintmark_admin_v1_ApplyRegistryResponse, _mintmark_admin_v1_ApplyRegistryRequest__Output, _mintmark_admin_v1_ApplyRegistryResponse__Output>
  ExportRegistry: MethodDefinition<_mintmark_admin_v1_ExportRegistryRequest, _mintmark_admin_v1_ExportRegistryResponse, _mintmark_admin_v1_ExportRegistryRequest__Output, _mintmark_admin_v1_ExportRegistryResponse__Output>
  PlanRegistry: MethodDefinition<_mintmark_admin_v1_PlanRegistryRequest, _mintmark_admin_v1_PlanRegistryResponse, _mintmark_admin_v1_PlanRegistryRequest__Output, _mintmark_admin_v1_PlanRegistryResponse__Output>
}
