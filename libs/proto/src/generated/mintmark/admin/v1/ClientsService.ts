// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Client as _mintmark_admin_v1_Client, Client__Output as _mintmark_admin_v1_Client__Output } from '../../../mintmark/admin/v1/Client.ts';
import type { ClientActionRequest as _mintmark_admin_v1_ClientActionRequest, ClientActionRequest__Output as _mintmark_admin_v1_ClientActionRequest__Output } from '../../../mintmark/admin/v1/ClientActionRequest.ts';
import type { CreateClientRequest as _mintmark_admin_v1_CreateClientRequest, CreateClientRequest__Output as _mintmark_admin_v1_CreateClientRequest__Output } from '../../../mintmark/admin/v1/CreateClientRequest.ts';
import type { GetClientRequest as _mintmark_admin_v1_GetClientRequest, GetClientRequest__Output as _mintmark_admin_v1_GetClientRequest__Output } from '../../../mintmark/admin/v1/GetClientRequest.ts';
import type { ListClientsRequest as _mintmark_admin_v1_ListClientsRequest, ListClientsRequest__Output as _mintmark_admin_v1_ListClientsRequest__Output } from '../../../mintmark/admin/v1/ListClientsRequest.ts';
import type { ListClientsResponse as _mintmark_admin_v1_ListClientsResponse, ListClientsResponse__Output as _mintmark_admin_v1_ListClientsResponse__Output } from '../../../mintmark/admin/v1/ListClientsResponse.ts';
import type { NewSecret as _mintmark_admin_v1_NewSecret, NewSecret__Output as _mintmark_admin_v1_NewSecret__Output } from '../../../mintmark/admin/v1/NewSecret.ts';
import type { RotateCredentialRequest as _mintmark_admin_v1_RotateCredentialRequest, RotateCredentialRequest__Output as _mintmark_admin_v1_RotateCredentialRequest__Output } from '../../../mintmark/admin/v1/RotateCredentialRequest.ts';

/**
 * Scopes: registry:read to look, registry:write to change; registry:admin too for a client that may administer Mintmark.
 */
export interface ClientsServiceClient extends grpc.Client {
  CreateClient(argument: _mintmark_admin_v1_CreateClientRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  CreateClient(argument: _mintmark_admin_v1_CreateClientRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  CreateClient(argument: _mintmark_admin_v1_CreateClientRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  CreateClient(argument: _mintmark_admin_v1_CreateClientRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  createClient(argument: _mintmark_admin_v1_CreateClientRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  createClient(argument: _mintmark_admin_v1_CreateClientRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  createClient(argument: _mintmark_admin_v1_CreateClientRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  createClient(argument: _mintmark_admin_v1_CreateClientRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  
  DisableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  DisableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  DisableClient(argument: _mintmark_admin_v1_ClientActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  DisableClient(argument: _mintmark_admin_v1_ClientActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  disableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  disableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  disableClient(argument: _mintmark_admin_v1_ClientActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  disableClient(argument: _mintmark_admin_v1_ClientActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  
  EnableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  EnableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  EnableClient(argument: _mintmark_admin_v1_ClientActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  EnableClient(argument: _mintmark_admin_v1_ClientActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  enableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  enableClient(argument: _mintmark_admin_v1_ClientActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  enableClient(argument: _mintmark_admin_v1_ClientActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  enableClient(argument: _mintmark_admin_v1_ClientActionRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  
  GetClient(argument: _mintmark_admin_v1_GetClientRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  GetClient(argument: _mintmark_admin_v1_GetClientRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  GetClient(argument: _mintmark_admin_v1_GetClientRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  GetClient(argument: _mintmark_admin_v1_GetClientRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  getClient(argument: _mintmark_admin_v1_GetClientRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  getClient(argument: _mintmark_admin_v1_GetClientRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  getClient(argument: _mintmark_admin_v1_GetClientRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  getClient(argument: _mintmark_admin_v1_GetClientRequest, callback: grpc.requestCallback<_mintmark_admin_v1_Client__Output>): grpc.ClientUnaryCall;
  
  ListClients(argument: _mintmark_admin_v1_ListClientsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  ListClients(argument: _mintmark_admin_v1_ListClientsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  ListClients(argument: _mintmark_admin_v1_ListClientsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  ListClients(argument: _mintmark_admin_v1_ListClientsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  listClients(argument: _mintmark_admin_v1_ListClientsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  listClients(argument: _mintmark_admin_v1_ListClientsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  listClients(argument: _mintmark_admin_v1_ListClientsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  listClients(argument: _mintmark_admin_v1_ListClientsRequest, callback: grpc.requestCallback<_mintmark_admin_v1_ListClientsResponse__Output>): grpc.ClientUnaryCall;
  
  RotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  RotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  RotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  RotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  rotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  rotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  rotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  rotateCredential(argument: _mintmark_admin_v1_RotateCredentialRequest, callback: grpc.requestCallback<_mintmark_admin_v1_NewSecret__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scopes: registry:read to look, registry:write to change; registry:admin too for a client that may administer Mintmark.
 */
export interface ClientsServiceHandlers extends grpc.UntypedServiceImplementation {
  CreateClient: grpc.handleUnaryCall<_mintmark_admin_v1_CreateClientRequest__Output, _mintmark_admin_v1_Client>;
  
  DisableClient: grpc.handleUnaryCall<_mintmark_admin_v1_ClientActionRequest__Output, _mintmark_admin_v1_Client>;
  
  EnableClient: grpc.handleUnaryCall<_mintmark_admin_v1_ClientActionRequest__Output, _mintmark_admin_v1_Client>;
  
  GetClient: grpc.handleUnaryCall<_mintmark_admin_v1_GetClientRequest__Output, _mintmark_admin_v1_Client>;
  
  ListClients: grpc.handleUnaryCall<_mintmark_admin_v1_ListClientsRequest__Output, _mintmark_admin_v1_ListClientsResponse>;
  
  RotateCredential: grpc.handleUnaryCall<_mintmark_admin_v1_RotateCredentialRequest__Output, _mintmark_admin_v1_NewSecret>;
  
}

export interface ClientsServiceDefinition extends grpc.ServiceDefinition {
  CreateClient: MethodDefinition<_mintmark_admin_v1_CreateClientRequest, _mintmark_admin_v1_Client, _mintmark_admin_v1_CreateClientRequest__Output, _mintmark_admin_v1_Client__Output>
  DisableClient: MethodDefinition<_mintmark_admin_v1_ClientActionRequest, _mintmark_admin_v1_Client, _mintmark_admin_v1_ClientActionRequest__Output, _mintmark_admin_v1_Client__Output>
  EnableClient: MethodDefinition<_mintmark_admin_v1_ClientActionRequest, _mintmark_admin_v1_Client, _mintmark_admin_v1_ClientActionRequest__Output, _mintmark_admin_v1_Client__Output>
  GetClient: MethodDefinition<_mintmark_admin_v1_GetClientRequest, _mintmark_admin_v1_Client, _mintmark_admin_v1_GetClientRequest__Output, _mintmark_admin_v1_Client__Output>
  ListClients: MethodDefinition<_mintmark_admin_v1_ListClientsRequest, _mintmark_admin_v1_ListClientsResponse, _mintmark_admin_v1_ListClientsRequest__Output, _mintmark_admin_v1_ListClientsResponse__Output>
  RotateCredential: MethodDefinition<_mintmark_admin_v1_RotateCredentialRequest, _mintmark_admin_v1_NewSecret, _mintmark_admin_v1_RotateCredentialRequest__Output, _mintmark_admin_v1_NewSecret__Output>
}
