// Original file: proto/mintmark/sample/inventory/v1/inventory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListStockRequest as _mintmark_sample_inventory_v1_ListStockRequest, ListStockRequest__Output as _mintmark_sample_inventory_v1_ListStockRequest__Output } from '../../../../mintmark/sample/inventory/v1/ListStockRequest.ts';
import type { ListStockResponse as _mintmark_sample_inventory_v1_ListStockResponse, ListStockResponse__Output as _mintmark_sample_inventory_v1_ListStockResponse__Output } from '../../../../mintmark/sample/inventory/v1/ListStockResponse.ts';
import type { ReserveStockRequest as _mintmark_sample_inventory_v1_ReserveStockRequest, ReserveStockRequest__Output as _mintmark_sample_inventory_v1_ReserveStockRequest__Output } from '../../../../mintmark/sample/inventory/v1/ReserveStockRequest.ts';
import type { ReserveStockResponse as _mintmark_sample_inventory_v1_ReserveStockResponse, ReserveStockResponse__Output as _mintmark_sample_inventory_v1_ReserveStockResponse__Output } from '../../../../mintmark/sample/inventory/v1/ReserveStockResponse.ts';
import type { StockLevel as _mintmark_sample_inventory_v1_StockLevel, StockLevel__Output as _mintmark_sample_inventory_v1_StockLevel__Output } from '../../../../mintmark/sample/inventory/v1/StockLevel.ts';
import type { WatchStockRequest as _mintmark_sample_inventory_v1_WatchStockRequest, WatchStockRequest__Output as _mintmark_sample_inventory_v1_WatchStockRequest__Output } from '../../../../mintmark/sample/inventory/v1/WatchStockRequest.ts';

/**
 * A sample resource: what is in stock, and reserving some of it.
 */
export interface InventoryServiceClient extends grpc.Client {
  /**
   * Needs scope stock:read.
   */
  ListStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  ListStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  ListStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  ListStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Needs scope stock:read.
   */
  listStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  listStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  listStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  listStock(argument: _mintmark_sample_inventory_v1_ListStockRequest, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ListStockResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Needs scope stock:reserve.
   */
  ReserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  ReserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  ReserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  ReserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Needs scope stock:reserve.
   */
  reserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  reserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  reserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  reserveStock(argument: _mintmark_sample_inventory_v1_ReserveStockRequest, callback: grpc.requestCallback<_mintmark_sample_inventory_v1_ReserveStockResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Every level now, then each change. Needs scope stock:read; ends when the caller's token expires.
   */
  WatchStock(argument: _mintmark_sample_inventory_v1_WatchStockRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_mintmark_sample_inventory_v1_StockLevel__Output>;
  WatchStock(argument: _mintmark_sample_inventory_v1_WatchStockRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_mintmark_sample_inventory_v1_StockLevel__Output>;
  /**
   * Every level now, then each change. Needs scope stock:read; ends when the caller's token expires.
   */
  watchStock(argument: _mintmark_sample_inventory_v1_WatchStockRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_mintmark_sample_inventory_v1_StockLevel__Output>;
  watchStock(argument: _mintmark_sample_inventory_v1_WatchStockRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_mintmark_sample_inventory_v1_StockLevel__Output>;
  
}

/**
 * A sample resource: what is in stock, and reserving some of it.
 */
export interface InventoryServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Needs scope stock:read.
   */
  ListStock: grpc.handleUnaryCall<_mintmark_sample_inventory_v1_ListStockRequest__Output, _mintmark_sample_inventory_v1_ListStockResponse>;
  
  /**
   * Needs scope stock:reserve.
   */
  ReserveStock: grpc.handleUnaryCall<_mintmark_sample_inventory_v1_ReserveStockRequest__Output, _mintmark_sample_inventory_v1_ReserveStockResponse>;
  
  /**
   * Every level now, then each change. Needs scope stock:read; ends when the caller's token expires.
   */
  WatchStock: grpc.handleServerStreamingCall<_mintmark_sample_inventory_v1_WatchStockRequest__Output, _mintmark_sample_inventory_v1_StockLevel>;
  
}

export interface InventoryServiceDefinition extends grpc.ServiceDefinition {
  ListStock: MethodDefinition<_mintmark_sample_inventory_v1_ListStockRequest, _mintmark_sample_inventory_v1_ListStockResponse, _mintmark_sample_inventory_v1_ListStockRequest__Output, _mintmark_sample_inventory_v1_ListStockResponse__Output>
  ReserveStock: MethodDefinition<_mintmark_sample_inventory_v1_ReserveStockRequest, _mintmark_sample_inventory_v1_ReserveStockResponse, _mintmark_sample_inventory_v1_ReserveStockRequest__Output, _mintmark_sample_inventory_v1_ReserveStockResponse__Output>
  WatchStock: MethodDefinition<_mintmark_sample_inventory_v1_WatchStockRequest, _mintmark_sample_inventory_v1_StockLevel, _mintmark_sample_inventory_v1_WatchStockRequest__Output, _mintmark_sample_inventory_v1_StockLevel__Output>
}
