// Original file: proto/mintmark/sample/inventory/v1/inventory.proto


export interface ReserveStockRequest {
  'sku'?: (string);
  'quantity'?: (number);
}

export interface ReserveStockRequest__Output {
  'sku': (string);
  'quantity': (number);
}
