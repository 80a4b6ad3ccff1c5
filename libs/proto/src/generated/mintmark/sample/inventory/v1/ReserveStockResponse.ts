// Original file: proto/mintmark/sample/inventory/v1/inventory.proto

import type { StockLevel as _mintmark_sample_inventory_v1_StockLevel, StockLevel__Output as _mintmark_sample_inventory_v1_StockLevel__Output } from '../../../../mintmark/sample/inventory/v1/StockLevel.ts';

export interface ReserveStockResponse {
  'reservationId'?: (string);
  'level'?: (_mintmark_sample_inventory_v1_StockLevel | null);
  /**
   * client_id of the verified caller.
   */
  'caller'?: (string);
}

export interface ReserveStockResponse__Output {
  'reservationId': (string);
  'level': (_mintmark_sample_inventory_v1_StockLevel__Output | null);
  /**
   * client_id of the verified caller.
   */
  'caller': (string);
}
