// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Compromise as _mintmark_admin_v1_Compromise, Compromise__Output as _mintmark_admin_v1_Compromise__Output } from '../../../mintmark/admin/v1/Compromise.ts';
import type { CompromiseKeyRequest as _mintmark_admin_v1_CompromiseKeyRequest, CompromiseKeyRequest__Output as _mintmark_admin_v1_CompromiseKeyRequest__Output } from '../../../mintmark/admin/v1/CompromiseKeyRequest.ts';
import type { GetKeyHoldingsRequest as _mintmark_admin_v1_GetKeyHoldingsRequest, GetKeyHoldingsRequest__Output as _mintmark_admin_v1_GetKeyHoldingsRequest__Output } from '../../../mintmark/admin/v1/GetKeyHoldingsRequest.ts';
import type { GetKeyPlanRequest as _mintmark_admin_v1_GetKeyPlanRequest, GetKeyPlanRequest__Output as _mintmark_admin_v1_GetKeyPlanRequest__Output } from '../../../mintmark/admin/v1/GetKeyPlanRequest.ts';
import type { GetKeyStatusRequest as _mintmark_admin_v1_GetKeyStatusRequest, GetKeyStatusRequest__Output as _mintmark_admin_v1_GetKeyStatusRequest__Output } from '../../../mintmark/admin/v1/GetKeyStatusRequest.ts';
import type { GetKeyUsersRequest as _mintmark_admin_v1_GetKeyUsersRequest, GetKeyUsersRequest__Output as _mintmark_admin_v1_GetKeyUsersRequest__Output } from '../../../mintmark/admin/v1/GetKeyUsersRequest.ts';
import type { KeyActionRequest as _mintmark_admin_v1_KeyActionRequest, KeyActionRequest__Output as _mintmark_admin_v1_KeyActionRequest__Output } from '../../../mintmark/admin/v1/KeyActionRequest.ts';
import type { KeyHoldings as _mintmark_admin_v1_KeyHoldings, KeyHoldings__Output as _mintmark_admin_v1_KeyHoldings__Output } from '../../../mintmark/admin/v1/KeyHoldings.ts';
import type { KeyPlan as _mintmark_admin_v1_KeyPlan, KeyPlan__Output as _mintmark_admin_v1_KeyPlan__Output } from '../../../mintmark/admin/v1/KeyPlan.ts';
import type { KeyStatus as _mintmark_admin_v1_KeyStatus, KeyStatus__Output as _mintmark_admin_v1_KeyStatus__Output } from '../../../mintmark/admin/v1/KeyStatus.ts';
import type { KeyUsers as _mintmark_admin_v1_KeyUsers, KeyUsers__Output as _mintmark_admin_v1_KeyUsers__Output } from '../../../mintmark/admin/v1/KeyUsers.ts';
import type { RotateKeysRequest as _mintmark_admin_v1_RotateKeysRequest, RotateKeysRequest__Output as _mintmark_admin_v1_RotateKeysRequest__Output } from '../../../mintmark/admin/v1/RotateKeysRequest.ts';
import type { Rotation as _mintmark_admin_v1_Rotation, Rotation__Output as _mintmark_admin_v1_Rotation__Output } from '../../../mintmark/admin/v1/Rotation.ts';

/**
 * Scopes: keys:read, keys:rotate.
 */
export interface KeysServiceClient extends grpc.Client {
  ActivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  ActivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  ActivateKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  ActivateKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  activateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  activateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  activateKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  activateKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  
  CompromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  CompromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  CompromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  CompromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  compromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  compromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  compromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  compromiseKey(argument: _mintmark_admin_v1_CompromiseKeyRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Compromise__Output>): grpc.ClientUnaryCall;
  
  DeactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DeactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DeactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DeactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  deactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  deactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  deactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  deactivateKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  
  DestroyKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _mintmark_admin_v1_KeyActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _mintmark_admin_v1_KeyActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _mintmark_admin_v1_KeyActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  
  GetKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  GetKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  GetKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  GetKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  getKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  getKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  getKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  getKeyHoldings(argument: _mintmark_admin_v1_GetKeyHoldingsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyHoldings__Output>): grpc.ClientUnaryCall;
  
  GetKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  GetKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  GetKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  GetKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  getKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  getKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  getKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  getKeyPlan(argument: _mintmark_admin_v1_GetKeyPlanRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyPlan__Output>): grpc.ClientUnaryCall;
  
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  GetKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  getKeyStatus(argument: _mintmark_admin_v1_GetKeyStatusRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyStatus__Output>): grpc.ClientUnaryCall;
  
  GetKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  GetKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  GetKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  GetKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  getKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  getKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  getKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  getKeyUsers(argument: _mintmark_admin_v1_GetKeyUsersRequest, callback: grpc.requestCallback<_mintmark_admin_v1_KeyUsers__Output>): grpc.ClientUnaryCall;
  
  PrepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  PrepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  PrepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  PrepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  prepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  prepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  prepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  prepareKey(argument: _mintmark_admin_v1_RotateKeysRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Rotation__Output>): grpc.ClientUnaryCall;
  
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
  ActivateKey: grpc.handleUnaryCall<_mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation>;
  
  CompromiseKey: grpc.handleUnaryCall<_mintmark_admin_v1_CompromiseKeyRequest__Output, _mintmark_admin_v1_Compromise>;
  
  DeactivateKey: grpc.handleUnaryCall<_mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation>;
  
  DestroyKey: grpc.handleUnaryCall<_mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation>;
  
  GetKeyHoldings: grpc.handleUnaryCall<_mintmark_admin_v1_GetKeyHoldingsRequest__Output, _mintmark_admin_v1_KeyHoldings>;
  
  GetKeyPlan: grpc.handleUnaryCall<_mintmark_admin_v1_GetKeyPlanRequest__Output, _mintmark_admin_v1_KeyPlan>;
  
  GetKeyStatus: grpc.handleUnaryCall<_mintmark_admin_v1_GetKeyStatusRequest__Output, _mintmark_admin_v1_KeyStatus>;
  
  GetKeyUsers: grpc.handleUnaryCall<_mintmark_admin_v1_GetKeyUsersRequest__Output, _mintmark_admin_v1_KeyUsers>;
  
  PrepareKey: grpc.handleUnaryCall<_mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation>;
  
  RotateKeys: grpc.handleUnaryCall<_mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation>;
  
}

export interface KeysServiceDefinition extends grpc.ServiceDefinition {
  ActivateKey: MethodDefinition<_mintmark_admin_v1_KeyActionRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation__Output>
  CompromiseKey: MethodDefinition<_mintmark_admin_v1_CompromiseKeyRequest, _mintmark_admin_v1_Compromise, _mintmark_admin_v1_CompromiseKeyRequest__Output, _mintmark_admin_v1_Compromise__Output>
  DeactivateKey: MethodDefinition<_mintmark_admin_v1_KeyActionRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation__Output>
  DestroyKey: MethodDefinition<_mintmark_admin_v1_KeyActionRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_KeyActionRequest__Output, _mintmark_admin_v1_Rotation__Output>
  GetKeyHoldings: MethodDefinition<_mintmark_admin_v1_GetKeyHoldingsRequest, _mintmark_admin_v1_KeyHoldings, _mintmark_admin_v1_GetKeyHoldingsRequest__Output, _mintmark_admin_v1_KeyHoldings__Output>
  GetKeyPlan: MethodDefinition<_mintmark_admin_v1_GetKeyPlanRequest, _mintmark_admin_v1_KeyPlan, _mintmark_admin_v1_GetKeyPlanRequest__Output, _mintmark_admin_v1_KeyPlan__Output>
  GetKeyStatus: MethodDefinition<_mintmark_admin_v1_GetKeyStatusRequest, _mintmark_admin_v1_KeyStatus, _mintmark_admin_v1_GetKeyStatusRequest__Output, _mintmark_admin_v1_KeyStatus__Output>
  GetKeyUsers: MethodDefinition<_mintmark_admin_v1_GetKeyUsersRequest, _mintmark_admin_v1_KeyUsers, _mintmark_admin_v1_GetKeyUsersRequest__Output, _mintmark_admin_v1_KeyUsers__Output>
  PrepareKey: MethodDefinition<_mintmark_admin_v1_RotateKeysRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation__Output>
  RotateKeys: MethodDefinition<_mintmark_admin_v1_RotateKeysRequest, _mintmark_admin_v1_Rotation, _mintmark_admin_v1_RotateKeysRequest__Output, _mintmark_admin_v1_Rotation__Output>
}
