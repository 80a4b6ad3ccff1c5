// Original file: proto/mintmark/admin/v1/admin.proto


export interface GetKeyPlanRequest {
}

export interface GetKeyPlanRequest__Output {
}
