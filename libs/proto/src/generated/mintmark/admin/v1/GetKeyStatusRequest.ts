// Original file: proto/mintmark/admin/v1/admin.proto


export interface GetKeyStatusRequest {
}

export interface GetKeyStatusRequest__Output {
}
