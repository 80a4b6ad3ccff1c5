import { Client, credentials, status, type StatusObject } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { service as health } from 'grpc-health-check';
import { bearer, startInventory, unary, type Inventory } from './inventory.ts';

let inventory: Inventory;
beforeAll(async () => {
  inventory = await startInventory({ MINTMARK_TIME_SCALE: '600' });
});
afterAll(() => inventory.close());

const list = (token?: string) => unary((callback) => inventory.client.listStock({}, bearer(token), callback));
const reserve = (sku: string, quantity: number, token: string) =>
  unary((callback) => inventory.client.reserveStock({ sku, quantity }, bearer(token), callback));
const reserver = (): string => inventory.issuer.token({ scope: 'stock:reserve' });

interface Watched {
  readonly levels: readonly object[];
  readonly status: StatusObject;
}

function watch(
  sku: string[],
  token: string | undefined,
  onLevel: (seen: number) => void = () => undefined,
): Promise<Watched> {
  return new Promise((resolve) => {
    const levels: object[] = [];
    inventory.client
      .watchStock({ sku }, bearer(token))
      .on('data', (level: object) => onLevel(levels.push(level)))
      .on('error', () => undefined)
      .on('status', (ended: StatusObject) => resolve({ levels, status: ended }));
  });
}

describe('inventory over gRPC', () => {
  it('lists the stock and shows who called', async () => {
    const { response, status: ended } = await list(inventory.issuer.token());
    expect(ended.code).toBe(status.OK);
    expect(response).toMatchObject({
      caller: 'orders',
      stock: expect.arrayContaining([{ sku: 'anvil', available: 100_000 }]),
    });
  });

  it('reserves', async () => {
    const { response } = await reserve('rope', 2, reserver());
    expect(response).toMatchObject({ level: { sku: 'rope', available: 99_998 }, caller: 'orders' });
  });

  it('is closed without a token: unary and stream', async () => {
    expect((await list()).status.code).toBe(status.UNAUTHENTICATED);
    expect((await watch([], undefined)).status.code).toBe(status.UNAUTHENTICATED);
  });

  it('is closed without the scope: unary and stream', async () => {
    expect((await list(reserver())).status.code).toBe(status.PERMISSION_DENIED);
    expect((await reserve('rope', 1, inventory.issuer.token())).status.code).toBe(status.PERMISSION_DENIED);
    const watched = await watch([], reserver());
    expect(watched.status.code).toBe(status.PERMISSION_DENIED);
    expect(watched.levels).toEqual([]);
  });

  it.each([
    ['unicorn', 1, status.NOT_FOUND, 'SKU_UNKNOWN'],
    ['rope', 0, status.INVALID_ARGUMENT, 'REQUEST_MALFORMED'],
    ['rope', 1_001, status.INVALID_ARGUMENT, 'REQUEST_MALFORMED'],
    ['', 1, status.INVALID_ARGUMENT, 'REQUEST_MALFORMED'],
  ])('answers a reservation of %j × %d clearly', async (sku, quantity, code, reason) => {
    const { status: ended } = await reserve(sku, quantity, reserver());
    expect(ended.code).toBe(code);
    expect(detailsOf(ended.metadata)).toMatchObject({
      reason,
      domain: 'inventory',
      metadata: { request_id: expect.any(String) },
    });
  });

  it('answers bytes that are no message with INVALID_ARGUMENT, and lives on', async () => {
    const methods = ['ListStock', 'ReserveStock'];
    for (const bytes of [Buffer.from([0xff]), Buffer.from([0x0a, 0x7f, 0x01]), Buffer.alloc(1_000, 0xff)]) {
      for (const method of methods) {
        const ended = await raw(`/mintmark.sample.inventory.v1.InventoryService/${method}`, bytes);
        expect(ended.code).toBe(status.INVALID_ARGUMENT);
      }
    }
    expect((await list(inventory.issuer.token())).status.code).toBe(status.OK);
  });

  it('shows each change to a watcher, who is not asked for a second token meanwhile', async () => {
    const token = inventory.issuer.token({ scope: 'stock:read' });
    const watched = await watch(['anvil'], token, (seen) => {
      if (seen === 1) void reserve('anvil', 1, reserver());
    });
    expect(watched.levels.slice(0, 2)).toEqual([
      { sku: 'anvil', available: 100_000 },
      { sku: 'anvil', available: 99_999 },
    ]);
    // The token lives half a second at this scale.
    expect(watched.status.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(watched.status.metadata)?.reason).toBe('TOKEN_EXPIRED');
  });

  it('answers health checks without a token', async () => {
    const { path, requestSerialize, responseDeserialize } = health['Check']!;
    const client = new Client(inventory.service.grpc, credentials.createInsecure());
    const check = (name: string) =>
      unary<{ status: string }>((callback) =>
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize as never, { service: name }, callback),
      );
    expect((await check('')).response).toEqual({ status: 'SERVING' });
    expect((await check('mintmark.sample.inventory.v1.InventoryService')).response).toEqual({ status: 'SERVING' });
    expect((await check('nothing')).status.code).toBe(status.NOT_FOUND);
    client.close();
  });
});

function raw(path: string, bytes: Buffer): Promise<StatusObject> {
  const client = new Client(inventory.service.grpc, credentials.createInsecure());
  const metadata = bearer(inventory.issuer.token({ scope: 'stock:read stock:reserve' }));
  const identity = (buffer: Buffer): Buffer => buffer;
  return unary<Buffer>((callback) => client.makeUnaryRequest(path, identity, identity, bytes, metadata, callback))
    .then((answer) => answer.status)
    .finally(() => client.close());
}
