import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInventory, type Inventory } from './inventory.ts';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await startInventory();
});
afterAll(() => inventory.close());

const json = { 'content-type': 'application/json' };
const reserve = (path: string, body: string, token: string, headers: Record<string, string> = json) =>
  inventory.http(path, { method: 'POST', body, headers, token });
const reserver = (): string => inventory.issuer.token({ scope: 'stock:reserve' });

describe('inventory over HTTP', () => {
  it('lists the stock and shows who called', async () => {
    const answer = await inventory.http('/stock', { token: inventory.issuer.token() });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      stock: expect.arrayContaining([{ sku: 'anvil', available: expect.any(Number) }]),
      caller: 'orders',
    });
  });

  it('reserves', async () => {
    const answer = await reserve('/stock/rope/reservations', '{"quantity":2}', reserver());
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      reservation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      level: { sku: 'rope', available: 99_998 },
      caller: 'orders',
    });
  });

  it.each(['/stock', '/nowhere'])('GET %s without a token lists nothing', async (path) => {
    const answer = await inventory.http(path);
    expect([401, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('anvil');
  });

  it('gives a request ten seconds to come in', async () => {
    let timeout: number | undefined;
    const look = (message: unknown) => (timeout = (message as { server: Server }).server.requestTimeout);
    subscribe('http.server.request.start', look);
    await inventory.http('/livez').finally(() => unsubscribe('http.server.request.start', look));
    expect(timeout).toBe(10_000);
  });

  it('refuses without a token, without a scope and for another resource', async () => {
    const { issuer } = inventory;
    expect((await inventory.http('/stock')).status).toBe(401);
    expect((await inventory.http('/stock', { token: reserver() })).status).toBe(403);
    expect((await reserve('/stock/rope/reservations', '{"quantity":2}', issuer.token())).status).toBe(403);
    expect((await inventory.http('/stock', { token: issuer.broken('for another resource') })).status).toBe(401);
    expect((await inventory.http('/stock', { token: issuer.broken('expired') })).status).toBe(401);
  });

  it.each([
    ['/stock/rope/reservations', '{"quantity":0}', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '{"quantity":1.5}', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '{"quantity":"1"}', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '{"quantity":1,"price":0}', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '[]', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '{', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/rope/reservations', '', json, 400, 'REQUEST_MALFORMED'],
    ['/stock/Rope%20Ladder/reservations', '{"quantity":1}', json, 400, 'REQUEST_MALFORMED'],
    [
      '/stock/rope/reservations',
      '<quantity>1</quantity>',
      { 'content-type': 'text/xml' },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['/stock/rope/reservations', `{"quantity":1,"note":"${'x'.repeat(17_000)}"}`, json, 413, 'REQUEST_TOO_LARGE'],
    ['/stock/unicorn/reservations', '{"quantity":1}', json, 404, 'SKU_UNKNOWN'],
    ['/nowhere', '{}', json, 404, 'NOT_FOUND'],
  ])('answers POST %s with %s clearly', async (path, body, headers, status, code) => {
    const before = await levelOf('rope');
    const answer = await reserve(path, body, reserver(), headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({
      error: code.toLowerCase(),
      code,
      error_description: expect.stringMatching(/./),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await levelOf('rope')).toBe(before);
  });

  it('does not read the body of a stranger', async () => {
    const answer = await inventory.http('/stock/rope/reservations', { method: 'POST', body: '{', headers: json });
    expect(answer.status).toBe(401);
  });

  it('says which field is wrong', async () => {
    const answer = await reserve('/stock/rope/reservations', '{"quantity":0}', reserver());
    expect(await answer.json()).toMatchObject({ error_description: expect.stringContaining('quantity') });
  });

  it('answers 409 where there is not enough', async () => {
    for (let left = 100_000; left > 0; left -= 1_000) {
      await reserve('/stock/lantern/reservations', '{"quantity":1000}', reserver());
    }
    const answer = await reserve('/stock/lantern/reservations', '{"quantity":1}', reserver());
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'STOCK_INSUFFICIENT' }]);
  });

  it('is live and ready without a token', async () => {
    expect((await inventory.http('/livez')).status).toBe(200);
    expect((await inventory.http('/readyz')).status).toBe(200);
  });

  it('asked the issuer for its keys and for what is revoked alone, never about a token', () => {
    const asked = ['jwks.json', 'mintmark-revocations', 'mintmark-revocations/jwks.json'];
    expect(new Set(inventory.keys.requests)).toEqual(new Set(asked.map((name) => `/.well-known/${name}`)));
    expect(inventory.keys.requests.length).toBeLessThan(9);
  });

  it('logs why it refused, and never a token', async () => {
    const token = inventory.issuer.broken('forged');
    const answer = await inventory.http('/stock', { token });
    const { request_id: requestId } = (await answer.json()) as { request_id: string };
    const line = inventory.log.find((each) => each['request_id'] === requestId);
    expect(line).toMatchObject({ code: 'SIGNATURE_INVALID', handler: 'StockController.list' });
    expect(JSON.stringify(inventory.log)).not.toContain(token.split('.')[2]);
  });
});

async function levelOf(sku: string): Promise<number | undefined> {
  const answer = await inventory.http('/stock', { token: inventory.issuer.token() });
  const { stock } = (await answer.json()) as { stock: { sku: string; available: number }[] };
  return stock.find((each) => each.sku === sku)?.available;
}
