import { Caller, RequireScope } from '@mintmark/verifier-nest';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ReservationBody, reservationBody, SkuParameter, stockBody } from './stock.schema.ts';
import { Stock } from './stock.ts';

@Controller('stock')
export class StockController {
  readonly #stock: Stock;

  constructor(@Inject(Stock) stock: Stock) {
    this.#stock = stock;
  }

  @Get()
  @RequireScope('stock:read')
  list(@Caller() caller: Caller) {
    return stockBody(this.#stock.list(), caller.clientId);
  }

  @Post(':sku/reservations')
  @RequireScope('stock:reserve')
  reserve(
    @Param('sku', { schema: SkuParameter }) sku: string,
    @Body({ schema: ReservationBody }) { quantity }: ReservationBody,
    @Caller() caller: Caller,
  ) {
    return reservationBody(this.#stock.reserve(sku, quantity), caller.clientId);
  }
}
