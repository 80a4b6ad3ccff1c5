// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetKeyStatusRequest as _mintmark_admin_v1_GetKeyStatusRequest, GetKeyStatusRequest__Output as _mintmark_admin_v1_GetKeyStatusRequest__Output } from '../../../mintmark/admin/v1/GetKeyStatusRequest.ts';
import type { KeyStatus as _mintmark_admin_v1_KeyStatus, KeyStatus__Output as _mintmark_admin_v1_KeyStatus__Output } from '../../../mintmark/admin/v1/KeyStatus.ts';
import type { RotateKeysRequest as _mintmark_admin_v1_RotateKeysRequest, RotateKeysRequest__Output as _mintmark_admin_v1_RotateKeysRequest__Output } from '../../../mintmark/admin/v1/RotateKeysRequest.ts';
import type { Rotation as _mintmark_admin_v1_Rotation, Rotation__Output as _mintmark_admin_v1_Rotation__Output } from '../../../mintmark/admin/v1/Rotation.ts';

/**
 * Scopes: keys:read, keys:rotate.
 */
export interface KeysServiceClient extends grpc.Client {
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  
  RotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  RotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  RotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  RotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  rotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  rotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  rotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  rotateKeys(argument: _mintmark_admin_v1_RotateKeysRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scopes: keys:read, keys:rotate.
 */
export interface KeysServiceHandlers extends grpc.UntypedServiceImplementation {
  GetKeyStatus: grpc.handleUnaryCall<_mintmark_admin_v1_GetKeyStatusRequest__Output, _mintmark_admin_v1_KeyStatus>;
  
  RotateKeys: grpc.handleUnaryCall<_mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation>;
  
}

export interface KeysServiceDefinition extends grpc.ServiceDefinition {
  GetKeyStatus: MethodDefinition<_mintmark_admin_v1_GetKeyStatusRequest, _mintmark_admin_v1_KeyStatus, _mintmark_admin_v1_GetKeyStatusRequest__Output, _mintmark_admin_v1_KeyStatus__Output>
  RotateKeys: MethodDefinition<_mintmark_admin_v1_RotateKeysRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation__Output>
}
