// Original file: proto/mintmark/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuditVerification as _mintmark_admin_v1_AuditVerification, AuditVerification__Output as _mintmark_admin_v1_AuditVerification__Output } from '../../../mintmark/admin/v1/AuditVerification.ts';
import type { TailAuditRequest as _mintmark_admin_v1_TailAuditRequest, TailAuditRequest__Output as _mintmark_admin_v1_TailAuditRequest__Output } from '../../../mintmark/admin/v1/TailAuditRequest.ts';
import type { TailAuditResponse as _mintmark_admin_v1_TailAuditResponse, TailAuditResponse__Output as _mintmark_admin_v1_TailAuditResponse__Output } from '../../../mintmark/admin/v1/TailAuditResponse.ts';
import type { VerifyAuditRequest as _mintmark_admin_v1_VerifyAuditRequest, VerifyAuditRequest__Output as _mintmark_admin_v1_VerifyAuditRequest__Output } from '../../../mintmark/admin/v1/VerifyAuditRequest.ts';

/**
 * Scope: audit:read.
 */
export interface AuditServiceClient extends grpc.Client {
  TailAudit(argument: _mintmark_admin_v1_TailAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  TailAudit(argument: _mintmark_admin_v1_TailAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  TailAudit(argument: _mintmark_admin_v1_TailAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  TailAudit(argument: _mintmark_admin_v1_TailAuditRequest, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  tailAudit(argument: _mintmark_admin_v1_TailAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  tailAudit(argument: _mintmark_admin_v1_TailAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  tailAudit(argument: _mintmark_admin_v1_TailAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  tailAudit(argument: _mintmark_admin_v1_TailAuditRequest, callback: grpc.requestCallback<_mintmark_admin_v1_TailAuditResponse__Output>): grpc.ClientUnaryCall;
  
  VerifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  VerifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  VerifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  VerifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  verifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  verifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  verifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  verifyAudit(argument: _mintmark_admin_v1_VerifyAuditRequest, callback: grpc.requestCallback<_mintmark_admin_v1_AuditVerification__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Scope: audit:read.
 */
export interface AuditServiceHandlers extends grpc.UntypedServiceImplementation {
  TailAudit: grpc.handleUnaryCall<_mintmark_admin_v1_TailAuditRequest__Output, _mintmark_admin_v1_TailAuditResponse>;
  
  VerifyAudit: grpc.handleUnaryCall<_mintmark_admin_v1_VerifyAuditRequest__Output, _mintmark_admin_v1_AuditVerification>;
  
}

export interface AuditServiceDefinition extends grpc.ServiceDefinition {
  TailAudit: MethodDefinition<_mintmark_admin_v1_TailAuditRequest, _mintmark_admin_v1_TailAuditResponse, _mintmark_admin_v1_TailAuditRequest__Output, _mintmark_admin_v1_TailAuditResponse__Output>
  VerifyAudit: MethodDefinition<_mintmark_admin_v1_VerifyAuditRequest, _mintmark_admin_v1_AuditVerification, _mintmark_admin_v1_VerifyAuditRequest__Output, _mintmark_admin_v1_AuditVerification__Output>
}
