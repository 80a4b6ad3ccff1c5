import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApplyRegistryRequest as _mintmark_admin_v1_ApplyRegistryRequest, ApplyRegistryRequest__Output as _mintmark_admin_v1_ApplyRegistryRequest__Output } from './mintmark/admin/v1/ApplyRegistryRequest.ts';
import type { ApplyRegistryResponse as _mintmark_admin_v1_ApplyRegistryResponse, ApplyRegistryResponse__Output as _mintmark_admin_v1_ApplyRegistryResponse__Output } from './mintmark/admin/v1/ApplyRegistryResponse.ts';
import type { AuditLine as _mintmark_admin_v1_AuditLine, AuditLine__Output as _mintmark_admin_v1_AuditLine__Output } from './mintmark/admin/v1/AuditLine.ts';
import type { AuditServiceClient as _mintmark_admin_v1_AuditServiceClient, AuditServiceDefinition as _mintmark_admin_v1_AuditServiceDefinition } from './mintmark/admin/v1/AuditService.ts';
import type { AuditVerification as _mintmark_admin_v1_AuditVerification, AuditVerification__Output as _mintmark_admin_v1_AuditVerification__Output } from './mintmark/admin/v1/AuditVerification.ts';
import type { BadLine as _mintmark_admin_v1_BadLine, BadLine__Output as _mintmark_admin_v1_BadLine__Output } from './mintmark/admin/v1/BadLine.ts';
import type { Change as _mintmark_admin_v1_Change, Change__Output as _mintmark_admin_v1_Change__Output } from './mintmark/admin/v1/Change.ts';
import type { Client as _mintmark_admin_v1_Client, Client__Output as _mintmark_admin_v1_Client__Output } from './mintmark/admin/v1/Client.ts';
import type { ClientActionRequest as _mintmark_admin_v1_ClientActionRequest, ClientActionRequest__Output as _mintmark_admin_v1_ClientActionRequest__Output } from './mintmark/admin/v1/ClientActionRequest.ts';
import type { ClientSecret as _mintmark_admin_v1_ClientSecret, ClientSecret__Output as _mintmark_admin_v1_ClientSecret__Output } from './mintmark/admin/v1/ClientSecret.ts';
import type { ClientsServiceClient as _mintmark_admin_v1_ClientsServiceClient, ClientsServiceDefinition as _mintmark_admin_v1_ClientsServiceDefinition } from './mintmark/admin/v1/ClientsService.ts';
import type { Compromise as _mintmark_admin_v1_Compromise, Compromise__Output as _mintmark_admin_v1_Compromise__Output } from './mintmark/admin/v1/Compromise.ts';
import type { CompromiseKeyRequest as _mintmark_admin_v1_CompromiseKeyRequest, CompromiseKeyRequest__Output as _mintmark_admin_v1_CompromiseKeyRequest__Output } from './mintmark/admin/v1/CompromiseKeyRequest.ts';
import type { CompromisedKey as _mintmark_admin_v1_CompromisedKey, CompromisedKey__Output as _mintmark_admin_v1_CompromisedKey__Output } from './mintmark/admin/v1/CompromisedKey.ts';
import type { CompromisedRing as _mintmark_admin_v1_CompromisedRing, CompromisedRing__Output as _mintmark_admin_v1_CompromisedRing__Output } from './mintmark/admin/v1/CompromisedRing.ts';
import type { CreateClientRequest as _mintmark_admin_v1_CreateClientRequest, CreateClientRequest__Output as _mintmark_admin_v1_CreateClientRequest__Output } from './mintmark/admin/v1/CreateClientRequest.ts';
import type { Credential as _mintmark_admin_v1_Credential, Credential__Output as _mintmark_admin_v1_Credential__Output } from './mintmark/admin/v1/Credential.ts';
import type { ExportRegistryRequest as _mintmark_admin_v1_ExportRegistryRequest, ExportRegistryRequest__Output as _mintmark_admin_v1_ExportRegistryRequest__Output } from './mintmark/admin/v1/ExportRegistryRequest.ts';
import type { ExportRegistryResponse as _mintmark_admin_v1_ExportRegistryResponse, ExportRegistryResponse__Output as _mintmark_admin_v1_ExportRegistryResponse__Output } from './mintmark/admin/v1/ExportRegistryResponse.ts';
import type { ExposureBounds as _mintmark_admin_v1_ExposureBounds, ExposureBounds__Output as _mintmark_admin_v1_ExposureBounds__Output } from './mintmark/admin/v1/ExposureBounds.ts';
import type { FieldChange as _mintmark_admin_v1_FieldChange, FieldChange__Output as _mintmark_admin_v1_FieldChange__Output } from './mintmark/admin/v1/FieldChange.ts';
import type { GetClientRequest as _mintmark_admin_v1_GetClientRequest, GetClientRequest__Output as _mintmark_admin_v1_GetClientRequest__Output } from './mintmark/admin/v1/GetClientRequest.ts';
import type { GetKeyHoldingsRequest as _mintmark_admin_v1_GetKeyHoldingsRequest, GetKeyHoldingsRequest__Output as _mintmark_admin_v1_GetKeyHoldingsRequest__Output } from './mintmark/admin/v1/GetKeyHoldingsRequest.ts';
import type { GetKeyPlanRequest as _mintmark_admin_v1_GetKeyPlanRequest, GetKeyPlanRequest__Output as _mintmark_admin_v1_GetKeyPlanRequest__Output } from './mintmark/admin/v1/GetKeyPlanRequest.ts';
import type { GetKeyStatusRequest as _mintmark_admin_v1_GetKeyStatusRequest, GetKeyStatusRequest__Output as _mintmark_admin_v1_GetKeyStatusRequest__Output } from './mintmark/admin/v1/GetKeyStatusRequest.ts';
import type { GetKeyUsersRequest as _mintmark_admin_v1_GetKeyUsersRequest, GetKeyUsersRequest__Output as _mintmark_admin_v1_GetKeyUsersRequest__Output } from './mintmark/admin/v1/GetKeyUsersRequest.ts';
import type { Key as _mintmark_admin_v1_Key, Key__Output as _mintmark_admin_v1_Key__Output } from './mintmark/admin/v1/Key.ts';
import type { KeyActionRequest as _mintmark_admin_v1_KeyActionRequest, KeyActionRequest__Output as _mintmark_admin_v1_KeyActionRequest__Output } from './mintmark/admin/v1/KeyActionRequest.ts';
import type { KeyHoldings as _mintmark_admin_v1_KeyHoldings, KeyHoldings__Output as _mintmark_admin_v1_KeyHoldings__Output } from './mintmark/admin/v1/KeyHoldings.ts';
import type { KeyPlan as _mintmark_admin_v1_KeyPlan, KeyPlan__Output as _mintmark_admin_v1_KeyPlan__Output } from './mintmark/admin/v1/KeyPlan.ts';
import type { KeyStatus as _mintmark_admin_v1_KeyStatus, KeyStatus__Output as _mintmark_admin_v1_KeyStatus__Output } from './mintmark/admin/v1/KeyStatus.ts';
import type { KeyUsers as _mintmark_admin_v1_KeyUsers, KeyUsers__Output as _mintmark_admin_v1_KeyUsers__Output } from './mintmark/admin/v1/KeyUsers.ts';
import type { KeysServiceClient as _mintmark_admin_v1_KeysServiceClient, KeysServiceDefinition as _mintmark_admin_v1_KeysServiceDefinition } from './mintmark/admin/v1/KeysService.ts';
import type { ListClientsRequest as _mintmark_admin_v1_ListClientsRequest, ListClientsRequest__Output as _mintmark_admin_v1_ListClientsRequest__Output } from './mintmark/admin/v1/ListClientsRequest.ts';
import type { ListClientsResponse as _mintmark_admin_v1_ListClientsResponse, ListClientsResponse__Output as _mintmark_admin_v1_ListClientsResponse__Output } from './mintmark/admin/v1/ListClientsResponse.ts';
import type { ListPoliciesRequest as _mintmark_admin_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _mintmark_admin_v1_ListPoliciesRequest__Output } from './mintmark/admin/v1/ListPoliciesRequest.ts';
import type { ListPoliciesResponse as _mintmark_admin_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _mintmark_admin_v1_ListPoliciesResponse__Output } from './mintmark/admin/v1/ListPoliciesResponse.ts';
import type { ListResourcesRequest as _mintmark_admin_v1_ListResourcesRequest, ListResourcesRequest__Output as _mintmark_admin_v1_ListResourcesRequest__Output } from './mintmark/admin/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _mintmark_admin_v1_ListResourcesResponse, ListResourcesResponse__Output as _mintmark_admin_v1_ListResourcesResponse__Output } from './mintmark/admin/v1/ListResourcesResponse.ts';
import type { ListRevocationsRequest as _mintmark_admin_v1_ListRevocationsRequest, ListRevocationsRequest__Output as _mintmark_admin_v1_ListRevocationsRequest__Output } from './mintmark/admin/v1/ListRevocationsRequest.ts';
import type { ListRevocationsResponse as _mintmark_admin_v1_ListRevocationsResponse, ListRevocationsResponse__Output as _mintmark_admin_v1_ListRevocationsResponse__Output } from './mintmark/admin/v1/ListRevocationsResponse.ts';
import type { NewSecret as _mintmark_admin_v1_NewSecret, NewSecret__Output as _mintmark_admin_v1_NewSecret__Output } from './mintmark/admin/v1/NewSecret.ts';
import type { NextTransition as _mintmark_admin_v1_NextTransition, NextTransition__Output as _mintmark_admin_v1_NextTransition__Output } from './mintmark/admin/v1/NextTransition.ts';
import type { OrderRefusal as _mintmark_admin_v1_OrderRefusal, OrderRefusal__Output as _mintmark_admin_v1_OrderRefusal__Output } from './mintmark/admin/v1/OrderRefusal.ts';
import type { PlanRegistryRequest as _mintmark_admin_v1_PlanRegistryRequest, PlanRegistryRequest__Output as _mintmark_admin_v1_PlanRegistryRequest__Output } from './mintmark/admin/v1/PlanRegistryRequest.ts';
import type { PlanRegistryResponse as _mintmark_admin_v1_PlanRegistryResponse, PlanRegistryResponse__Output as _mintmark_admin_v1_PlanRegistryResponse__Output } from './mintmark/admin/v1/PlanRegistryResponse.ts';
import type { PoliciesServiceClient as _mintmark_admin_v1_PoliciesServiceClient, PoliciesServiceDefinition as _mintmark_admin_v1_PoliciesServiceDefinition } from './mintmark/admin/v1/PoliciesService.ts';
import type { Policy as _mintmark_admin_v1_Policy, Policy__Output as _mintmark_admin_v1_Policy__Output } from './mintmark/admin/v1/Policy.ts';
import type { RegistryServiceClient as _mintmark_admin_v1_RegistryServiceClient, RegistryServiceDefinition as _mintmark_admin_v1_RegistryServiceDefinition } from './mintmark/admin/v1/RegistryService.ts';
import type { Resource as _mintmark_admin_v1_Resource, Resource__Output as _mintmark_admin_v1_Resource__Output } from './mintmark/admin/v1/Resource.ts';
import type { ResourcesServiceClient as _mintmark_admin_v1_ResourcesServiceClient, ResourcesServiceDefinition as _mintmark_admin_v1_ResourcesServiceDefinition } from './mintmark/admin/v1/ResourcesService.ts';
import type { Revocation as _mintmark_admin_v1_Revocation, Revocation__Output as _mintmark_admin_v1_Revocation__Output } from './mintmark/admin/v1/Revocation.ts';
import type { RevocationBounds as _mintmark_admin_v1_RevocationBounds, RevocationBounds__Output as _mintmark_admin_v1_RevocationBounds__Output } from './mintmark/admin/v1/RevocationBounds.ts';
import type { RevocationsServiceClient as _mintmark_admin_v1_RevocationsServiceClient, RevocationsServiceDefinition as _mintmark_admin_v1_RevocationsServiceDefinition } from './mintmark/admin/v1/RevocationsService.ts';
import type { RevokeRequest as _mintmark_admin_v1_RevokeRequest, RevokeRequest__Output as _mintmark_admin_v1_RevokeRequest__Output } from './mintmark/admin/v1/RevokeRequest.ts';
import type { Revoked as _mintmark_admin_v1_Revoked, Revoked__Output as _mintmark_admin_v1_Revoked__Output } from './mintmark/admin/v1/Revoked.ts';
import type { Ring as _mintmark_admin_v1_Ring, Ring__Output as _mintmark_admin_v1_Ring__Output } from './mintmark/admin/v1/Ring.ts';
import type { RingHoldings as _mintmark_admin_v1_RingHoldings, RingHoldings__Output as _mintmark_admin_v1_RingHoldings__Output } from './mintmark/admin/v1/RingHoldings.ts';
import type { RingPlan as _mintmark_admin_v1_RingPlan, RingPlan__Output as _mintmark_admin_v1_RingPlan__Output } from './mintmark/admin/v1/RingPlan.ts';
import type { RotateCredentialRequest as _mintmark_admin_v1_RotateCredentialRequest, RotateCredentialRequest__Output as _mintmark_admin_v1_RotateCredentialRequest__Output } from './mintmark/admin/v1/RotateCredentialRequest.ts';
import type { RotateKeysRequest as _mintmark_admin_v1_RotateKeysRequest, RotateKeysRequest__Output as _mintmark_admin_v1_RotateKeysRequest__Output } from './mintmark/admin/v1/RotateKeysRequest.ts';
import type { Rotation as _mintmark_admin_v1_Rotation, Rotation__Output as _mintmark_admin_v1_Rotation__Output } from './mintmark/admin/v1/Rotation.ts';
import type { Sighting as _mintmark_admin_v1_Sighting, Sighting__Output as _mintmark_admin_v1_Sighting__Output } from './mintmark/admin/v1/Sighting.ts';
import type { Succession as _mintmark_admin_v1_Succession, Succession__Output as _mintmark_admin_v1_Succession__Output } from './mintmark/admin/v1/Succession.ts';
import type { TailAuditRequest as _mintmark_admin_v1_TailAuditRequest, TailAuditRequest__Output as _mintmark_admin_v1_TailAuditRequest__Output } from './mintmark/admin/v1/TailAuditRequest.ts';
import type { TailAuditResponse as _mintmark_admin_v1_TailAuditResponse, TailAuditResponse__Output as _mintmark_admin_v1_TailAuditResponse__Output } from './mintmark/admin/v1/TailAuditResponse.ts';
import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from './mintmark/admin/v1/TimelineEntry.ts';
import type { TokenHolder as _mintmark_admin_v1_TokenHolder, TokenHolder__Output as _mintmark_admin_v1_TokenHolder__Output } from './mintmark/admin/v1/TokenHolder.ts';
import type { Verifier as _mintmark_admin_v1_Verifier, Verifier__Output as _mintmark_admin_v1_Verifier__Output } from './mintmark/admin/v1/Verifier.ts';
import type { Verifiers as _mintmark_admin_v1_Verifiers, Verifiers__Output as _mintmark_admin_v1_Verifiers__Output } from './mintmark/admin/v1/Verifiers.ts';
import type { VerifyAuditRequest as _mintmark_admin_v1_VerifyAuditRequest, VerifyAuditRequest__Output as _mintmark_admin_v1_VerifyAuditRequest__Output } from './mintmark/admin/v1/VerifyAuditRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mintmark: {
    admin: {
      v1: {
        ApplyRegistryRequest: MessageTypeDefinition<_mintmark_admin_v1_ApplyRegistryRequest, _mintmark_admin_v1_ApplyRegistryRequest__Output>
        ApplyRegistryResponse: MessageTypeDefinition<_mintmark_admin_v1_ApplyRegistryResponse, _mintmark_admin_v1_ApplyRegistryResponse__Output>
        AuditLine: MessageTypeDefinition<_mintmark_admin_v1_AuditLine, _mintmark_admin_v1_AuditLine__Output>
        /**
         * Scope: audit:read.
         */
        AuditService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_AuditServiceClient> & { service: _mintmark_admin_v1_AuditServiceDefinition }
        AuditVerification: MessageTypeDefinition<_mintmark_admin_v1_AuditVerification, _mintmark_admin_v1_AuditVerification__Output>
        BadLine: MessageTypeDefinition<_mintmark_admin_v1_BadLine, _mintmark_admin_v1_BadLine__Output>
        Change: MessageTypeDefinition<_mintmark_admin_v1_Change, _mintmark_admin_v1_Change__Output>
        Client: MessageTypeDefinition<_mintmark_admin_v1_Client, _mintmark_admin_v1_Client__Output>
        ClientActionRequest: MessageTypeDefinition<_mintmark_admin_v1_ClientActionRequest, _mintmark_admin_v1_ClientActionRequest__Output>
        ClientSecret: MessageTypeDefinition<_mintmark_admin_v1_ClientSecret, _mintmark_admin_v1_ClientSecret__Output>
        /**
         * Scopes: registry:read to look, registry:write to change; registry:admin too for a client that may administer Mintmark.
         */
        ClientsService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_ClientsServiceClient> & { service: _mintmark_admin_v1_ClientsServiceDefinition }
        Compromise: MessageTypeDefinition<_mintmark_admin_v1_Compromise, _mintmark_admin_v1_Compromise__Output>
        CompromiseKeyRequest: MessageTypeDefinition<_mintmark_admin_v1_CompromiseKeyRequest, _mintmark_admin_v1_CompromiseKeyRequest__Output>
        CompromisedKey: MessageTypeDefinition<_mintmark_admin_v1_CompromisedKey, _mintmark_admin_v1_CompromisedKey__Output>
        CompromisedRing: MessageTypeDefinition<_mintmark_admin_v1_CompromisedRing, _mintmark_admin_v1_CompromisedRing__Output>
        CreateClientRequest: MessageTypeDefinition<_mintmark_admin_v1_CreateClientRequest, _mintmark_admin_v1_CreateClientRequest__Output>
        Credential: MessageTypeDefinition<_mintmark_admin_v1_Credential, _mintmark_admin_v1_Credential__Output>
        ExportRegistryRequest: MessageTypeDefinition<_mintmark_admin_v1_ExportRegistryRequest, _mintmark_admin_v1_ExportRegistryRequest__Output>
        ExportRegistryResponse: MessageTypeDefinition<_mintmark_admin_v1_ExportRegistryResponse, _mintmark_admin_v1_ExportRegistryResponse__Output>
        ExposureBounds: MessageTypeDefinition<_mintmark_admin_v1_ExposureBounds, _mintmark_admin_v1_ExposureBounds__Output>
        FieldChange: MessageTypeDefinition<_mintmark_admin_v1_FieldChange, _mintmark_admin_v1_FieldChange__Output>
        GetClientRequest: MessageTypeDefinition<_mintmark_admin_v1_GetClientRequest, _mintmark_admin_v1_GetClientRequest__Output>
        GetKeyHoldingsRequest: MessageTypeDefinition<_mintmark_admin_v1_GetKeyHoldingsRequest, _mintmark_admin_v1_GetKeyHoldingsRequest__Output>
        GetKeyPlanRequest: MessageTypeDefinition<_mintmark_admin_v1_GetKeyPlanRequest, _mintmark_admin_v1_GetKeyPlanRequest__Output>
        GetKeyStatusRequest: MessageTypeDefinition<_mintmark_admin_v1_GetKeyStatusRequest, _mintmark_admin_v1_GetKeyStatusRequest__Output>
        GetKeyUsersRequest: MessageTypeDefinition<_mintmark_admin_v1_GetKeyUsersRequest, _mintmark_admin_v1_GetKeyUsersRequest__Output>
        Key: MessageTypeDefinition<_mintmark_admin_v1_Key, _mintmark_admin_v1_Key__Output>
        KeyActionRequest: MessageTypeDefinition<_mintmark_admin_v1_KeyActionRequest, _mintmark_admin_v1_KeyActionRequest__Output>
        KeyHoldings: MessageTypeDefinition<_mintmark_admin_v1_KeyHoldings, _mintmark_admin_v1_KeyHoldings__Output>
        KeyPlan: MessageTypeDefinition<_mintmark_admin_v1_KeyPlan, _mintmark_admin_v1_KeyPlan__Output>
        KeyStatus: MessageTypeDefinition<_mintmark_admin_v1_KeyStatus, _mintmark_admin_v1_KeyStatus__Output>
        KeyUsers: MessageTypeDefinition<_mintmark_admin_v1_KeyUsers, _mintmark_admin_v1_KeyUsers__Output>
        /**
         * Scopes: keys:read, keys:rotate.
         */
        KeysService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_KeysServiceClient> & { service: _mintmark_admin_v1_KeysServiceDefinition }
        ListClientsRequest: MessageTypeDefinition<_mintmark_admin_v1_ListClientsRequest, _mintmark_admin_v1_ListClientsRequest__Output>
        ListClientsResponse: MessageTypeDefinition<_mintmark_admin_v1_ListClientsResponse, _mintmark_admin_v1_ListClientsResponse__Output>
        ListPoliciesRequest: MessageTypeDefinition<_mintmark_admin_v1_ListPoliciesRequest, _mintmark_admin_v1_ListPoliciesRequest__Output>
        ListPoliciesResponse: MessageTypeDefinition<_mintmark_admin_v1_ListPoliciesResponse, _mintmark_admin_v1_ListPoliciesResponse__Output>
        ListResourcesRequest: MessageTypeDefinition<_mintmark_admin_v1_ListResourcesRequest, _mintmark_admin_v1_ListResourcesRequest__Output>
        ListResourcesResponse: MessageTypeDefinition<_mintmark_admin_v1_ListResourcesResponse, _mintmark_admin_v1_ListResourcesResponse__Output>
        ListRevocationsRequest: MessageTypeDefinition<_mintmark_admin_v1_ListRevocationsRequest, _mintmark_admin_v1_ListRevocationsRequest__Output>
        ListRevocationsResponse: MessageTypeDefinition<_mintmark_admin_v1_ListRevocationsResponse, _mintmark_admin_v1_ListRevocationsResponse__Output>
        NewSecret: MessageTypeDefinition<_mintmark_admin_v1_NewSecret, _mintmark_admin_v1_NewSecret__Output>
        NextTransition: MessageTypeDefinition<_mintmark_admin_v1_NextTransition, _mintmark_admin_v1_NextTransition__Output>
        OrderRefusal: MessageTypeDefinition<_mintmark_admin_v1_OrderRefusal, _mintmark_admin_v1_OrderRefusal__Output>
        PlanRegistryRequest: MessageTypeDefinition<_mintmark_admin_v1_PlanRegistryRequest, _mintmark_admin_v1_PlanRegistryRequest__Output>
        PlanRegistryResponse: MessageTypeDefinition<_mintmark_admin_v1_PlanRegistryResponse, _mintmark_admin_v1_PlanRegistryResponse__Output>
        /**
         * Scope: registry:read.
         */
        PoliciesService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_PoliciesServiceClient> & { service: _mintmark_admin_v1_PoliciesServiceDefinition }
        Policy: MessageTypeDefinition<_mintmark_admin_v1_Policy, _mintmark_admin_v1_Policy__Output>
        /**
         * Scopes: registry:read, to apply registry:write, registry:admin too where policies on mintmark-admin change.
         */
        RegistryService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_RegistryServiceClient> & { service: _mintmark_admin_v1_RegistryServiceDefinition }
        Resource: MessageTypeDefinition<_mintmark_admin_v1_Resource, _mintmark_admin_v1_Resource__Output>
        /**
         * Scope: registry:read.
         */
        ResourcesService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_ResourcesServiceClient> & { service: _mintmark_admin_v1_ResourcesServiceDefinition }
        Revocation: MessageTypeDefinition<_mintmark_admin_v1_Revocation, _mintmark_admin_v1_Revocation__Output>
        RevocationBounds: MessageTypeDefinition<_mintmark_admin_v1_RevocationBounds, _mintmark_admin_v1_RevocationBounds__Output>
        /**
         * Scope: tokens:revoke; registry:admin too for a client that may administer Mintmark.
         */
        RevocationsService: SubtypeConstructor<typeof grpc.Client, _mintmark_admin_v1_RevocationsServiceClient> & { service: _mintmark_admin_v1_RevocationsServiceDefinition }
        RevokeRequest: MessageTypeDefinition<_mintmark_admin_v1_RevokeRequest, _mintmark_admin_v1_RevokeRequest__Output>
        Revoked: MessageTypeDefinition<_mintmark_admin_v1_Revoked, _mintmark_admin_v1_Revoked__Output>
        Ring: MessageTypeDefinition<_mintmark_admin_v1_Ring, _mintmark_admin_v1_Ring__Output>
        RingHoldings: MessageTypeDefinition<_mintmark_admin_v1_RingHoldings, _mintmark_admin_v1_RingHoldings__Output>
        RingPlan: MessageTypeDefinition<_mintmark_admin_v1_RingPlan, _mintmark_admin_v1_RingPlan__Output>
        RotateCredentialRequest: MessageTypeDefinition<_mintmark_admin_v1_RotateCredentialRequest, _mintmark_admin_v1_RotateCredentialRequest__Output>
        RotateKeysRequest: MessageTypeDefinition<_mintmark_admin_v1_RotateKeysRequest, _mintmark_admin_v1_RotateKeysRequest__Output>
        Rotation: MessageTypeDefinition<_mintmark_admin_v1_Rotation, _mintmark_admin_v1_Rotation__Output>
        Sighting: MessageTypeDefinition<_mintmark_admin_v1_Sighting, _mintmark_admin_v1_Sighting__Output>
        Succession: MessageTypeDefinition<_mintmark_admin_v1_Succession, _mintmark_admin_v1_Succession__Output>
        TailAuditRequest: MessageTypeDefinition<_mintmark_admin_v1_TailAuditRequest, _mintmark_admin_v1_TailAuditRequest__Output>
        TailAuditResponse: MessageTypeDefinition<_mintmark_admin_v1_TailAuditResponse, _mintmark_admin_v1_TailAuditResponse__Output>
        TimelineEntry: MessageTypeDefinition<_mintmark_admin_v1_TimelineEntry, _mintmark_admin_v1_TimelineEntry__Output>
        TokenHolder: MessageTypeDefinition<_mintmark_admin_v1_TokenHolder, _mintmark_admin_v1_TokenHolder__Output>
        Verifier: MessageTypeDefinition<_mintmark_admin_v1_Verifier, _mintmark_admin_v1_Verifier__Output>
        Verifiers: MessageTypeDefinition<_mintmark_admin_v1_Verifiers, _mintmark_admin_v1_Verifiers__Output>
        VerifyAuditRequest: MessageTypeDefinition<_mintmark_admin_v1_VerifyAuditRequest, _mintmark_admin_v1_VerifyAuditRequest__Output>
      }
    }
  }
}

