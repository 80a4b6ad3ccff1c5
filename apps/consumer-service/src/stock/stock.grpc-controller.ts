import type { ListStockResponse, ReserveStockResponse } from '@mintmark/proto';
import { Caller, RequireScope, StreamPolicy } from '@mintmark/verifier-nest';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import {
  ListStockMessage,
  reservationMessage,
  ReserveStockMessage,
  stockMessage,
  WatchStockMessage,
} from './stock.schema.ts';
import { Stock, type StockLevel } from './stock.ts';

const SERVICE = 'mintmark.sample.inventory.v1.InventoryService';

@Controller()
export class StockGrpcController {
  readonly #stock: Stock;

  constructor(@Inject(Stock) stock: Stock) {
    this.#stock = stock;
  }

  @GrpcMethod(SERVICE)
  @RequireScope('stock:read')
  listStock(@Payload({ schema: ListStockMessage }) _request: object, @Caller() caller: Caller): ListStockResponse {
    return stockMessage(this.#stock.list(), caller.clientId);
  }

  @GrpcMethod(SERVICE)
  @RequireScope('stock:reserve')
  reserveStock(
    @Payload({ schema: ReserveStockMessage }) { sku, quantity }: ReserveStockMessage,
    @Caller() caller: Caller,
  ): ReserveStockResponse {
    return reservationMessage(this.#stock.reserve(sku, quantity), caller.clientId);
  }

  @GrpcMethod(SERVICE)
  @RequireScope('stock:read')
  @StreamPolicy('until-expiry')
  watchStock(@Payload({ schema: WatchStockMessage }) { sku }: WatchStockMessage): Observable<StockLevel> {
    return new Observable((to) =>
      this.#stock.watch(sku, { onLevel: (level) => to.next(level), onEnd: (reason) => to.error(reason) }),
    );
  }
}
