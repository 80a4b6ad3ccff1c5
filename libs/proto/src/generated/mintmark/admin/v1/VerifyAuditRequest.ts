// Original file: proto/mintmark/admin/v1/admin.proto


export interface VerifyAuditRequest {
}

export interface VerifyAuditRequest__Output {
}
