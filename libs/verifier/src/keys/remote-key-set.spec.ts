import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier } from '../create-verifier.ts';
import { remoteKeySet } from './remote-key-set.ts';

describe('a verifier over HTTP', () => {
  it('loads the keys, finds a new one, and goes on when the issuer is gone', async () => {
    const issuer = createTestIssuer();
    let served = 0;
    const server = createServer((_, response) => {
      served += 1;
      response.end(JSON.stringify(issuer.jwks()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
    const verifier = createVerifier({ ...issuer.trust, keys: remoteKeySet({ url }) });
    expect(verifier.keyState).toBe('loading');
    await verifier.ready();
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    issuer.rotate();
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    await new Promise((resolve) => server.close(resolve));
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    await expect(verifier.verify(issuer.broken('with an unknown key'))).resolves.toEqual({
      ok: false,
      code: 'KEYS_UNAVAILABLE',
      retryAfterSeconds: expect.any(Number) as unknown,
    });
    expect(served).toBe(2);
    verifier.close();
  });

  it('asks again after an answer that is none', async () => {
    const issuer = createTestIssuer({ timeScale: 100 });
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(101, { connection: 'Upgrade', upgrade: 'h2c' }).end();
      else response.end(JSON.stringify(issuer.jwks()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
    const verifier = createVerifier({ ...issuer.trust, timeScale: 100, keys: remoteKeySet({ url }) });
    await verifier.ready().finally(() => server.close());
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    verifier.close();
  });

  it('answers at once while it still loads: cannot determine', async () => {
    const issuer = createTestIssuer();
    const url = 'http://127.0.0.1:1/jwks.json';
    const verifier = createVerifier({ ...issuer.trust, keys: remoteKeySet({ url }) });
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: false, code: 'KEYS_UNAVAILABLE' });
    await expect(verifier.ready({ timeoutSeconds: 0 })).rejects.toThrow(/no key set yet; last attempt: .*127.0.0.1:1/);
    verifier.close();
  });
});
