import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jwkThumbprint } from '@mintmark/jws';
import { newAssertionKey } from '../../../../../test/clients/assertions.ts';
import { isPublicAddress, lookupPublic } from './public-address.ts';
import { RemoteKeySets } from './remote-key-sets.ts';

const key = newAssertionKey();
let server: Server | undefined;
let sets: RemoteKeySets | undefined;
let troubles: string[] = [];

afterEach(async () => {
  sets?.close();
  troubles = [];
  server?.closeAllConnections();
  if (server) await once(server.close(), 'close');
  server = undefined;
});

async function serving(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

function open(privateHosts: readonly string[] = ['127.0.0.1']): RemoteKeySets {
  sets = new RemoteKeySets({ privateHosts, onTrouble: ({ reason }) => void troubles.push(reason) });
  return sets;
}

const answer =
  (keys: readonly object[]): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify({ keys }));

describe('remote key sets', () => {
  it('are fetched once for many who ask, and know which keys they have', async () => {
    let fetches = 0;
    const { alg, ...without } = key.jwk;
    const url = await serving((request, response) => {
      fetches += 1;
      answer([{ ...without, use: 'jwt-svid' }])(request, response);
    });
    const remote = open();
    const found = await Promise.all(Array.from({ length: 20 }, () => remote.find(url, key.jwk.kid)));
    expect(found).toMatchObject(Array(20).fill([{ algorithm: 'ES256' }]));
    expect(fetches).toBe(1);
    expect(await remote.find(url, 'other')).toEqual([]);
  });

  it.each<[string, RequestListener]>([
    ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['an error', (_request, response) => response.writeHead(500).end()],
    ['a private key', answer([{ ...key.privateKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }])],
    ['a kind of key that is no text', answer([{ kid: 'a', kty: { toString: 1, valueOf: 1 } }])],
    ['too much', (_request, response) => response.end(JSON.stringify({ keys: [key.jwk], more: 'x'.repeat(300_000) }))],
  ])('that answer with %s are not used', async (_, listener) => {
    const [url, remote] = [await serving(listener), open()];
    for (const kid of [key.jwk.kid, undefined]) expect(await remote.find(url, kid)).toBe('unavailable');
    expect(troubles).not.toEqual([]);
  });

  it('at a private address are not even asked, unless their host may be', async () => {
    let asked = 0;
    const url = await serving((request, response) => {
      asked += 1;
      answer([key.jwk])(request, response);
    });
    expect(await open([]).find(url, key.jwk.kid)).toBe('unavailable');
    expect(await open([]).find(url.replace('127.0.0.1', 'localhost'), key.jwk.kid)).toBe('unavailable');
    expect(asked).toBe(0);
    expect(troubles.join()).toContain('private address');
  });

  it('give all their keys where none is named, once they are there', async () => {
    const other = newAssertionKey('EdDSA');
    const url = await serving(answer([key.jwk, other.jwk]));
    expect(await open().find(url, undefined)).toMatchObject([{ algorithm: 'ES256' }, { algorithm: 'EdDSA' }]);
  });

  it('know a key by its thumbprint too, as those that are declared', async () => {
    const url = await serving(answer([{ ...key.jwk, kid: 'of last summer' }]));
    const remote = open();
    expect(await remote.find(url, 'of last summer')).toHaveLength(1);
    expect(await remote.find(url, jwkThumbprint(key.jwk))).toHaveLength(1);
  });

  it('that are no longer declared are no longer fetched', async () => {
    const url = await serving(answer([key.jwk]));
    const remote = open();
    await remote.find(url, key.jwk.kid);
    remote.keepOnly(new Set());
    expect(await remote.find(url, key.jwk.kid)).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...[
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '::ffff:a00:1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      'ff02::1',
    ],
    ...['localhost', ''],
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('of a name is checked where it is used', async () => {
    const error = await new Promise((resolve) => lookupPublic('localhost', { all: true }, resolve));
    expect(String(error)).toContain('private address');
  });
});
