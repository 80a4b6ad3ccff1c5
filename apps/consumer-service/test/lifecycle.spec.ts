import { createServer } from 'node:net';
import { credentials, status, type StatusObject } from '@grpc/grpc-js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { detailsOf, loadProto } from '@mintmark/proto';
import { ListenError } from '@mintmark/service-nest';
import { createTestIssuer, type TestIssuer } from '@mintmark/testing';
import { pino } from 'pino';
import { startConsumerService, type ConsumerService } from '../src/modules/consumer-service.ts';
import { bearer, settingsFor, startInventory, unary } from './inventory.ts';
import { servedBy, serveKeys } from './key-server.ts';

const SILENT = pino({ level: 'silent' });
const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

describe('while the issuer is down', () => {
  it('the service starts, is not ready, and answers "cannot determine"; it heals by itself', async () => {
    // A port that nothing listens on, until the issuer comes up there.
    const reserved = await serveKeys(() => undefined);
    await reserved.close();
    const issuer: TestIssuer = createTestIssuer({ issuer: `http://127.0.0.1:${reserved.port}`, timeScale: 50 });
    const service = await start(issuer.issuer, { MINTMARK_TIME_SCALE: '50' });
    const client = new InventoryService(service.grpc, credentials.createInsecure());
    open.push(() => client.close());
    const get = (path: string) => fetch(`http://${service.http}${path}`, { headers: headersWith(issuer.token()) });

    expect((await get('/livez')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(503);
    const undecided = await get('/stock');
    expect(undecided.status).toBe(503);
    expect(undecided.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const { status: ended } = await unary((callback) => client.listStock({}, bearer(issuer.token()), callback));
    expect(ended.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(ended.metadata)).toMatchObject({
      reason: 'CANNOT_DETERMINE',
      retryAfterSeconds: expect.any(Number),
    });

    const issuing = await serveKeys(servedBy(issuer), reserved.port);
    open.push(() => issuing.close());
    while ((await get('/readyz')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await get('/stock')).status).toBe(200);
  });
});

describe('a listener whose address is taken', () => {
  it.each(['MINTMARK_CONSUMER_HTTP_ADDRESS', 'MINTMARK_CONSUMER_GRPC_ADDRESS'])(
    '%s stops the start in one line',
    async (name) => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      open.push(() => taken.close());
      const { port } = taken.address() as { port: number };
      const aside = jest.spyOn(console, 'error');
      open.push(() => aside.mockRestore());
      const failure = await start('http://127.0.0.1:1', { [name]: `127.0.0.1:${port}` }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(ListenError);
      expect((failure as Error).message).toBe(
        `${name}: 127.0.0.1:${port} is in use by another process. Stop it, or choose another port (0 takes a free one).`,
      );
      expect(aside).not.toHaveBeenCalled();
    },
  );
});

describe('a stop', () => {
  it('ends open streams with UNAVAILABLE, so that clients connect elsewhere', async () => {
    const inventory = await startInventory();
    const ended = new Promise<StatusObject>((resolve) => {
      inventory.client
        .watchStock({ sku: [] }, bearer(inventory.issuer.token()))
        .once('data', () => void inventory.close())
        .on('error', () => undefined)
        .on('status', resolve);
    });
    const { code, metadata } = await ended;
    expect(code).toBe(status.UNAVAILABLE);
    expect(detailsOf(metadata)).toMatchObject({ reason: 'STOPPING', retryAfterSeconds: 1 });
  });

  it('closes both listeners', async () => {
    const inventory = await startInventory();
    await inventory.close();
    await expect(fetch(`http://${inventory.service.http}/livez`)).rejects.toThrow('fetch failed');
  });
});

describe('server reflection', () => {
  const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';

  it.each([
    ['development', status.OK],
    ['production', status.UNIMPLEMENTED],
  ])('in %s answers %d to a stranger', async (mode, code) => {
    const service = await start('http://127.0.0.1:1', { MINTMARK_MODE: mode });
    const client = new InventoryService(service.grpc, credentials.createInsecure());
    open.push(() => client.close());
    const ended = await new Promise<StatusObject>((resolve) => {
      const identity = (buffer: Buffer): Buffer => buffer;
      const stream = client.makeBidiStreamRequest(REFLECTION, identity, identity);
      stream
        .on('error', () => undefined)
        .on('status', resolve)
        .on('data', () => undefined);
      stream.end();
    });
    expect(ended.code).toBe(code);
  });
});

async function start(issuer: string, environment: Record<string, string>): Promise<ConsumerService> {
  const service = await startConsumerService(settingsFor(issuer, environment), SILENT);
  open.push(() => service.stop());
  return service;
}

function headersWith(token: string): Record<string, string> {
  return { connection: 'close', authorization: `Bearer ${token}` };
}
