// Original file: proto/mintmark/admin/v1/admin.proto


export interface GetKeyHoldingsRequest {
}

export interface GetKeyHoldingsRequest__Output {
}
