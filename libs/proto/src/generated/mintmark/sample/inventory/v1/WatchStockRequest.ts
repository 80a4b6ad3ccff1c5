// Original file: proto/mintmark/sample/inventory/v1/inventory.proto


export interface WatchStockRequest {
  /**
   * Only these; none means all.
   */
  'sku'?: (string)[];
}

export interface WatchStockRequest__Output {
  /**
   * Only these; none means all.
   */
  'sku': (string)[];
}
