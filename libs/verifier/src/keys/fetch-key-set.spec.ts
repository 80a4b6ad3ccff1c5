import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@mintmark/testing';
import { FETCH_TIMEOUT_MILLISECONDS, fetchKeySet, MAX_KEY_SET_BYTES } from './fetch-key-set.ts';

const servers: Server[] = [];
const open = new AbortController().signal;

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
}

function trickle(socket: Socket, start: string, more: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(more), 1);
  socket.once('close', () => clearInterval(timer));
}

const fetchFrom = (url: URL, etag?: string) => fetchKeySet({ url }, etag, new FakeClock(), open);

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('fetching a key set', () => {
  it('takes the body, the ETag and how recent it is', async () => {
    const url = await serve((_, response) => {
      response.setHeader('etag', '"v7"').setHeader('mintmark-as-of', '1764000000.5').end('{"keys":[]}');
    });
    await expect(fetchFrom(url)).resolves.toMatchObject({
      status: 'changed',
      body: Buffer.from('{"keys":[]}'),
      etag: '"v7"',
      asOf: 1_764_000_000_500,
      date: expect.any(Number) as unknown,
    });
  });

  it('asks past every cache, and conditionally once it holds something', async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      const { accept, 'cache-control': cacheControl, 'if-none-match': ifNoneMatch, authorization } = request.headers;
      asked.push([request.method, accept, cacheControl, ifNoneMatch, authorization]);
      response.writeHead(ifNoneMatch ? 304 : 200).end();
    });
    await fetchFrom(url);
    await expect(fetchFrom(url, '"v7"')).resolves.toMatchObject({ status: 'unchanged' });
    const accept = 'application/jwk-set+json, application/json';
    expect(asked).toEqual([
      ['GET', accept, 'no-cache', undefined, undefined],
      ['GET', accept, 'no-cache', '"v7"', undefined],
    ]);
  });

  it.each([
    ['301', 301],
    ['302', 302],
    ['307', 307],
    ['308', 308],
  ])('follows no redirect: %s', async (_, status) => {
    let reached = 0;
    const elsewhere = await serve((_request, response) => void response.end(String(++reached)));
    const url = await serve(
      (_request, response) => void response.writeHead(status, { location: elsewhere.href }).end(),
    );
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: `status ${status}` });
    expect(reached).toBe(0);
  });

  it.each([203, 204, 206, 400, 401, 404, 429, 500, 503])('takes nothing from status %i', async (status) => {
    const url = await serve((_, response) => void response.writeHead(status).end());
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: `status ${status}` });
  });

  it('takes no 304 it did not ask for', async () => {
    const url = await serve((_, response) => void response.writeHead(304).end());
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: 'status 304' });
  });

  it.each([
    [MAX_KEY_SET_BYTES, 'changed'],
    [MAX_KEY_SET_BYTES + 1, 'failed'],
  ])('reads at most 256 KiB: %i bytes', async (length, status) => {
    const url = await serve((_, response) => void response.end(Buffer.alloc(length, ' ')));
    await expect(fetchFrom(url)).resolves.toMatchObject({ status });
  });

  it('stops reading an endless body', async () => {
    const stopped = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 1);
      response.once('close', () => {
        clearInterval(timer);
        stopped.resolve();
      });
    });
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: `more than ${MAX_KEY_SET_BYTES} bytes` });
    await stopped.promise;
  });

  it('does not unpack what it did not ask for packed', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(10_000_000)));
    });
    await expect(fetchFrom(url)).resolves.toMatchObject({ status: 'failed' });
  });

  it.each(['soon', '-1', '1e9', '', '1764000000.1234'])('refuses the freshness %p', async (asOf) => {
    const url = await serve((_, response) => void response.setHeader('mintmark-as-of', asOf).end('{}'));
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: 'malformed mintmark-as-of' });
  });

  const noon = 'Thu, 01 Jan 2026 12:00:00 GMT';
  it.each<[string, Record<string, string | string[]>, number | undefined]>([
    ['the date', { date: noon }, 0],
    ['the date of a cached answer, and its age', { date: noon, age: '90' }, 90_000],
    ['no date', { age: '90' }, undefined],
    ['a date that is none', { date: 'noon' }, undefined],
    ['an age below zero', { date: noon, age: '-1' }, undefined],
    ['an age that is none', { date: noon, age: 'old' }, undefined],
    ['an empty age', { date: noon, age: '' }, undefined],
    ['two ages', { date: noon, age: ['0', '90'] }, undefined],
    ['two dates', { date: [noon, noon] }, undefined],
  ])("reads the issuer's clock from %s", async (_, headers, sinceNoon) => {
    const url = await serve((_request, response) => {
      response.sendDate = false;
      response.setHeaders(new Map(Object.entries(headers))).end('{}');
    });
    const fetched = (await fetchFrom(url)) as { status: string; date?: number };
    const expected = sinceNoon === undefined ? undefined : Date.parse(noon) + sinceNoon;
    expect([fetched.status, fetched.date]).toEqual(['changed', expected]);
  });

  it.each<[string, RequestListener]>([
    ['that never answers', () => undefined],
    ['that stops in the middle', (_request, response) => void response.write('{"keys":')],
    ['whose headers have no end', ({ socket }) => trickle(socket, 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n')],
    ['whose body has no end', ({ socket }) => trickle(socket, 'HTTP/1.1 200 OK\r\n\r\n{', ' ')],
    ['that answers for ever that it is at work', (_request, response) => response.writeProcessing()],
  ])('gives up on a server %s', async (_, listener) => {
    const clock = new FakeClock();
    const arrived = Promise.withResolvers<void>();
    const url = await serve((request, response) => {
      listener(request, response);
      arrived.resolve();
    });
    const fetched = fetchKeySet({ url }, undefined, clock, open);
    await arrived.promise;
    await clock.advance(FETCH_TIMEOUT_MILLISECONDS);
    await expect(fetched).resolves.toEqual({ status: 'failed', reason: 'no answer within 2000 ms' });
    expect(clock.pending).toBe(0);
  });

  it('takes no other protocol', async () => {
    const url = await serve((_, response) => {
      response.writeHead(101, { connection: 'Upgrade', upgrade: 'websocket' }).end();
    });
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: 'status 101' });
  });

  it.each([
    [8, { status: 'changed' }],
    [9, { status: 'failed', reason: 'interim answers without end' }],
  ])('reads past eight interim answers: %i', async (count, expected) => {
    const url = await serve((_, response) => {
      for (let sent = 0; sent < count; sent += 1) response.writeProcessing();
      response.end('{"keys":[]}');
    });
    await expect(fetchFrom(url)).resolves.toMatchObject(expected);
  });

  it('gives up on a name that is never resolved', async () => {
    const clock = new FakeClock();
    const endpoint = { url: new URL('https://issuer.test/jwks.json'), lookup: () => undefined };
    const fetched = fetchKeySet(endpoint, undefined, clock, open);
    await clock.advance(FETCH_TIMEOUT_MILLISECONDS);
    await expect(fetched).resolves.toEqual({ status: 'failed', reason: 'no answer within 2000 ms' });
  });

  it('does not begin once the verifier is closed', async () => {
    let reached = 0;
    const url = await serve((_request, response) => void response.end(String(++reached)));
    const fetched = fetchKeySet({ url }, undefined, new FakeClock(), AbortSignal.abort(new Error('closed')));
    await expect(fetched).resolves.toEqual({ status: 'failed', reason: 'closed' });
    expect(reached).toBe(0);
  });

  it('gives up when the verifier is closed', async () => {
    const closing = new AbortController();
    const url = await serve(() => closing.abort(new Error('the verifier is closed')));
    const fetched = fetchKeySet({ url }, undefined, new FakeClock(), closing.signal);
    await expect(fetched).resolves.toEqual({ status: 'failed', reason: 'the verifier is closed' });
  });

  it('says what went wrong with a connection', async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(fetchFrom(url)).resolves.toEqual({ status: 'failed', reason: 'socket hang up' });
    const gone = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(fetchFrom(gone)).resolves.toEqual({
      status: 'failed',
      reason: expect.stringMatching(/ECONNREFUSED/) as unknown,
    });
  });
});
