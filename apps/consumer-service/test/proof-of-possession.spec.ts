import { status } from '@grpc/grpc-js';
import { dpopProof, newKey } from '@mintmark/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, startInventory, unary, type Inventory } from './inventory.ts';

const LIST = '/mintmark.sample.inventory.v1.InventoryService/ListStock';
const clientKey = newKey('ES256');
const external = {
  MINTMARK_CONSUMER_EXTERNAL_URL: 'https://inventory.internal/shop',
  MINTMARK_CONSUMER_GRPC_AUTHORITY: 'inventory.internal:4101',
};

let inventory: Inventory;
let unconfigured: Inventory;
beforeAll(async () => {
  inventory = await startInventory(external);
  unconfigured = await startInventory();
});
afterAll(() => Promise.all([inventory.close(), unconfigured.close()]));

async function overHttp({ issuer, http }: Inventory, url: string): Promise<number> {
  const token = issuer.token({ cnf: { jkt: clientKey.kid } });
  const dpop = dpopProof(clientKey, { token, method: 'GET', url });
  return (await http('/stock', { headers: { authorization: `DPoP ${token}`, dpop } })).status;
}

async function overGrpc({ issuer, client }: Inventory, url: string): Promise<number> {
  const token = issuer.token({ cnf: { jkt: clientKey.kid } });
  const metadata = bearer();
  metadata.set('authorization', `DPoP ${token}`);
  metadata.set('dpop', dpopProof(clientKey, { token, method: 'POST', url }));
  return (await unary((callback) => client.listStock({}, metadata, callback))).status.code;
}

describe('a token bound to a DPoP key', () => {
  it('is accepted with a proof for where callers reach the service', async () => {
    expect(await overHttp(inventory, 'https://inventory.internal/shop/stock')).toBe(200);
    expect(await overGrpc(inventory, `https://inventory.internal:4101${LIST}`)).toBe(status.OK);
  });

  it('is refused with a proof for where the service listens', async () => {
    const { http, grpc } = inventory.service;
    expect(await overHttp(inventory, `http://${http}/stock`)).toBe(401);
    expect(await overGrpc(inventory, `https://${grpc}${LIST}`)).toBe(status.UNAUTHENTICATED);
  });

  it('is refused where that is not configured', async () => {
    expect(await overHttp(unconfigured, 'https://inventory.internal/shop/stock')).toBe(401);
    expect(await overGrpc(unconfigured, `https://inventory.internal:4101${LIST}`)).toBe(status.UNAUTHENTICATED);
  });
});
