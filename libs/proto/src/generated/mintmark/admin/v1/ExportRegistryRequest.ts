// Original file: proto/mintmark/admin/v1/admin.proto


export interface ExportRegistryRequest {
}

export interface ExportRegistryRequest__Output {
}
