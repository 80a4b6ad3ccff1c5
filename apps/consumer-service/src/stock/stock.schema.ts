import type { ListStockResponse, ReserveStockResponse } from '@mintmark/proto';
import { z } from 'zod';
import type { Reservation, StockLevel } from './stock.ts';

const sku = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'takes lower-case letters, digits and hyphens');
const quantity = z.int().min(1).max(1_000);

export const SkuParameter = sku;
export const ReservationBody = z.strictObject({ quantity });
export type ReservationBody = z.infer<typeof ReservationBody>;

export const ListStockMessage = message({});
export const ReserveStockMessage = message({ sku, quantity });
export type ReserveStockMessage = z.infer<typeof ReserveStockMessage>;
export const WatchStockMessage = message({ sku: z.array(sku).max(100) });
export type WatchStockMessage = z.infer<typeof WatchStockMessage>;

/** A protobuf message; bytes that were none arrive here as something that is no object. */
function message<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'invalid_type' ? 'takes a valid message of this type' : undefined),
  });
}

/** Wire form over HTTP; over gRPC it is the message as proto-loader names it. */
export function stockBody(stock: StockLevel[], caller: string): { stock: StockLevel[]; caller: string } {
  return { stock, caller };
}

export function reservationBody({ id, level }: Reservation, caller: string): Record<string, unknown> {
  return { reservation_id: id, level, caller };
}

export function stockMessage(stock: StockLevel[], caller: string): ListStockResponse {
  return { stock, caller };
}

export function reservationMessage({ id, level }: Reservation, caller: string): ReserveStockResponse {
  return { reservationId: id, level, caller };
}
