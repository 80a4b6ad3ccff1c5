import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { InventoryServiceClient as _mintmark_sample_inventory_v1_InventoryServiceClient, InventoryServiceDefinition as _mintmark_sample_inventory_v1_InventoryServiceDefinition } from './mintmark/sample/inventory/v1/InventoryService.ts';
import type { ListStockRequest as _mintmark_sample_inventory_v1_ListStockRequest, ListStockRequest__Output as _mintmark_sample_inventory_v1_ListStockRequest__Output } from './mintmark/sample/inventory/v1/ListStockRequest.ts';
import type { ListStockResponse as _mintmark_sample_inventory_v1_ListStockResponse, ListStockResponse__Output as _mintmark_sample_inventory_v1_ListStockResponse__Output } from './mintmark/sample/inventory/v1/ListStockResponse.ts';
import type { ReserveStockRequest as _mintmark_sample_inventory_v1_ReserveStockRequest, ReserveStockRequest__Output as _mintmark_sample_inventory_v1_ReserveStockRequest__Output } from './mintmark/sample/inventory/v1/ReserveStockRequest.ts';
import type { ReserveStockResponse as _mintmark_sample_inventory_v1_ReserveStockResponse, ReserveStockResponse__Output as _mintmark_sample_inventory_v1_ReserveStockResponse__Output } from './mintmark/sample/inventory/v1/ReserveStockResponse.ts';
import type { StockLevel as _mintmark_sample_inventory_v1_StockLevel, StockLevel__Output as _mintmark_sample_inventory_v1_StockLevel__Output } from './mintmark/sample/inventory/v1/StockLevel.ts';
import type { WatchStockRequest as _mintmark_sample_inventory_v1_WatchStockRequest, WatchStockRequest__Output as _mintmark_sample_inventory_v1_WatchStockRequest__Output } from './mintmark/sample/inventory/v1/WatchStockRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mintmark: {
    sample: {
      inventory: {
        v1: {
          /**
           * A sample resource: what is in stock, and reserving some of it.
           */
          InventoryService: SubtypeConstructor<typeof grpc.Client, _mintmark_sample_inventory_v1_InventoryServiceClient> & { service: _mintmark_sample_inventory_v1_InventoryServiceDefinition }
          ListStockRequest: MessageTypeDefinition<_mintmark_sample_inventory_v1_ListStockRequest, _mintmark_sample_inventory_v1_ListStockRequest__Output>
          ListStockResponse: MessageTypeDefinition<_mintmark_sample_inventory_v1_ListStockResponse, _mintmark_sample_inventory_v1_ListStockResponse__Output>
          ReserveStockRequest: MessageTypeDefinition<_mintmark_sample_inventory_v1_ReserveStockRequest, _mintmark_sample_inventory_v1_ReserveStockRequest__Output>
          ReserveStockResponse: MessageTypeDefinition<_mintmark_sample_inventory_v1_ReserveStockResponse, _mintmark_sample_inventory_v1_ReserveStockResponse__Output>
          StockLevel: MessageTypeDefinition<_mintmark_sample_inventory_v1_StockLevel, _mintmark_sample_inventory_v1_StockLevel__Output>
          WatchStockRequest: MessageTypeDefinition<_mintmark_sample_inventory_v1_WatchStockRequest, _mintmark_sample_inventory_v1_WatchStockRequest__Output>
        }
      }
    }
  }
}

