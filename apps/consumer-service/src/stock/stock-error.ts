export type StockErrorCode = 'SKU_UNKNOWN' | 'STOCK_INSUFFICIENT' | 'STOPPING';

/** Why the stock did not do what was asked; the message is for the caller. */
export class StockError extends Error {
  override readonly name = 'StockError';
  readonly code: StockErrorCode;

  constructor(code: StockErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
