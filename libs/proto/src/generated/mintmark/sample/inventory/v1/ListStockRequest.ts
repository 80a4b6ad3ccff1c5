// Original file: proto/mintmark/sample/inventory/v1/inventory.proto


export interface ListStockRequest {
}

export interface ListStockRequest__Output {
}
