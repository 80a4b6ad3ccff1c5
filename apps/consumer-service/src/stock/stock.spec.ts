import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StockError } from './stock-error.ts';
import { Stock, type StockLevel } from './stock.ts';

let stock: Stock;
beforeEach(() => {
  let last = 0;
  stock = new Stock({ anvil: 3, rope: 5 }, () => `r-${(last += 1)}`);
});

/** Watches and records what is seen. */
function watch(...skus: string[]) {
  const seen: StockLevel[] = [];
  const ended: StockError[] = [];
  const stop = stock.watch(skus, { onLevel: (level) => seen.push(level), onEnd: (reason) => ended.push(reason) });
  return { seen, ended, stop };
}

describe('a reservation', () => {
  it('takes from the stock', () => {
    expect(stock.reserve('anvil', 2)).toEqual({ id: 'r-1', level: { sku: 'anvil', available: 1 } });
    expect(stock.reserve('anvil', 1)).toEqual({ id: 'r-2', level: { sku: 'anvil', available: 0 } });
    expect(stock.list()).toEqual([
      { sku: 'anvil', available: 0 },
      { sku: 'rope', available: 5 },
    ]);
  });

  it('of more than there is takes nothing', () => {
    expect(() => stock.reserve('anvil', 4)).toThrow(expect.objectContaining({ code: 'STOCK_INSUFFICIENT' }));
    expect(stock.list()[0]).toEqual({ sku: 'anvil', available: 3 });
  });

  it('of what is not here is refused', () => {
    expect(() => stock.reserve('constructor', 1)).toThrow(expect.objectContaining({ code: 'SKU_UNKNOWN' }));
  });
});

describe('a watch', () => {
  it('shows every level, then each change', () => {
    const { seen } = watch();
    stock.reserve('rope', 1);
    expect(seen).toEqual([
      { sku: 'anvil', available: 3 },
      { sku: 'rope', available: 5 },
      { sku: 'rope', available: 4 },
    ]);
  });

  it('shows only what was asked for', () => {
    const { seen } = watch('anvil');
    stock.reserve('rope', 1);
    expect(seen).toEqual([{ sku: 'anvil', available: 3 }]);
  });

  it('of what is not here is refused', () => {
    expect(() => watch('anvil', 'unicorn')).toThrow(expect.objectContaining({ code: 'SKU_UNKNOWN' }));
  });

  it('that is stopped sees no more', () => {
    const { seen, ended, stop } = watch('rope');
    stop();
    stock.reserve('rope', 1);
    stock.close();
    expect({ seen: seen.length, ended }).toEqual({ seen: 1, ended: [] });
  });

  it('ends when the stock closes, and none can be opened after', () => {
    const { ended } = watch();
    stock.close();
    expect(ended).toMatchObject([{ code: 'STOPPING' }]);
    expect(() => watch()).toThrow(expect.objectContaining({ code: 'STOPPING' }));
  });
});
