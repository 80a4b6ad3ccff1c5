import { createServer as createTlsServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { selfSigned } from '../../test/self-signed.ts';
import { Secret } from '../secret.ts';
import { certificateFetch } from './certificate-fetch.ts';

const [ours, servers] = [selfSigned('orders'), selfSigned('localhost')];
const ask = certificateFetch({
  kind: 'client_certificate',
  clientId: 'orders',
  certificate: ours.certificate,
  privateKey: new Secret(ours.key),
  authority: servers.certificate,
});

let server: Server | undefined;
afterEach(async () => new Promise<void>((resolve) => void (server?.close(() => resolve()) ?? resolve())));

/** Answers each connection with these bytes as they are, and ends it. */
async function answering(bytes: string): Promise<string> {
  const { key, certificate: cert } = servers;
  const options = { key, cert, requestCert: true, rejectUnauthorized: false };
  const answer = (socket: TLSSocket) => socket.on('error', () => undefined).once('data', () => socket.end(bytes));
  server = createTlsServer(options, answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}/token`;
}

describe('a fetch that shows a certificate', () => {
  it('takes an answer with its headers and body', async () => {
    const url = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}');
    const response = await ask(url);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([200, '7', '{}']);
  });

  it.each([
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['has a status there is none of', 'HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\n{}'],
    ['ends before its headers do', 'HTTP/1.1 200 OK\r\nContent-'],
    ['is no HTTP', 'none\r\n\r\n'],
    ['is nothing', ''],
  ])('fails where the answer %s', async (_, bytes) => {
    await expect(ask(await answering(bytes))).rejects.toThrow('fetch failed');
  });

  it.each([
    ['another key, as while its files are renewed', servers.key],
    ['half a key', ours.key.slice(0, 60)],
  ])('cannot be had with %s, and says so; the next attempt may have the whole', (_, key) => {
    const unusable = { code: 'CERTIFICATE_UNREADABLE', retryable: true, detail: expect.stringContaining('(ERR_OSSL_') };
    const evidence = { clientId: 'orders', certificate: ours.certificate, privateKey: new Secret(key) };
    expect(() => certificateFetch({ kind: 'client_certificate', ...evidence })).toThrow(
      expect.objectContaining(unusable),
    );
  });

  it.each([204, 304])('takes %i, which has no body', async (status) => {
    const response = await ask(await answering(`HTTP/1.1 ${status} None\r\n\r\n`));
    expect([response.status, await response.text()]).toEqual([status, '']);
  });
});
