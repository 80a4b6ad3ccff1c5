import { status, type Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { createTestIssuer, dpopProof, newKey } from '@mintmark/testing';
import { authorization, call, clientOf, pathOf } from '../../verifier-grpc/test/echo-service.ts';
import { EchoController, StockHttpController } from '../test/echo.controllers.ts';
import { startApp, type StartedApp } from '../test/start-app.ts';

const issuer = createTestIssuer();
const clientKey = newKey('ES256');
const bound = () => issuer.token({ cnf: { jkt: clientKey.kid } });

let started: StartedApp;
let denied: string[];
beforeAll(async () => {
  started = await startApp(issuer, {
    controllers: [StockHttpController, EchoController],
    module: {
      externalUrl: 'https://inventory.test',
      grpcAuthority: 'inventory.test:4101',
      onDenied: ({ code }) => denied.push(code),
    },
  });
});
beforeEach(() => void (denied = []));
afterAll(() => started.close());

describe('a token bound to a DPoP key, over HTTP', () => {
  const proof = (token: string, path = '/stock') =>
    dpopProof(clientKey, { token, method: 'GET', url: `https://inventory.test${path}` });
  const get = async (credential: string, ...proofs: string[]) =>
    (await started.app.inject({ url: '/stock', headers: { authorization: credential, dpop: proofs } })).statusCode;

  it('is accepted with its proof, once: the gate and the guard use it up together', async () => {
    const token = bound();
    const made = proof(token);
    expect([await get(`DPoP ${token}`, made), await get(`DPoP ${token}`, made)]).toEqual([200, 401]);
    expect(denied).toEqual(['REPLAYED']);
  });

  it('is refused with a proof for another path, with two, with none, and as plain Bearer', async () => {
    const token = bound();
    expect(await get(`DPoP ${token}`, proof(token, '/orders'))).toBe(401);
    expect(await get(`DPoP ${token}`, proof(token), proof(token))).toBe(400);
    expect(await get(`DPoP ${token}`)).toBe(401);
    expect(await get(`Bearer ${token}`, proof(token))).toBe(401);
    expect(denied).toEqual(['BINDING_MISMATCH', 'CREDENTIAL_AMBIGUOUS', 'BINDING_MISSING', 'BINDING_MISSING']);
  });

  it('is invited by the challenge', async () => {
    const { headers } = await started.app.inject('/stock');
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="mintmark", DPoP algs="ES256 [^"]+"$/);
  });
});

describe('a token bound to a DPoP key, over gRPC', () => {
  const proof = (token: string, authority = 'inventory.test:4101') =>
    dpopProof(clientKey, { token, method: 'POST', url: `https://${authority}${pathOf('Unary')}` });
  async function unary(credential: string, ...proofs: string[]) {
    const client = clientOf(started.grpc);
    const metadata: Metadata = authorization(credential);
    for (const each of proofs) metadata.add('dpop', each);
    const outcome = await call(client, 'Unary', metadata);
    client.close();
    return detailsOf(outcome.status.metadata)?.reason ?? status[outcome.status.code];
  }

  it('is accepted with its proof, once', async () => {
    const token = bound();
    const made = proof(token);
    expect([await unary(`DPoP ${token}`, made), await unary(`DPoP ${token}`, made)]).toEqual(['OK', 'TOKEN_INVALID']);
    expect(denied).toEqual(['REPLAYED']);
  });

  it('is refused with a proof for another server, with two, with none, and as plain Bearer', async () => {
    const token = bound();
    expect(await unary(`DPoP ${token}`, proof(token, started.grpc))).toBe('TOKEN_INVALID');
    expect(await unary(`DPoP ${token}`, proof(token), proof(token))).toBe('TOKEN_INVALID');
    expect(await unary(`DPoP ${token}`)).toBe('TOKEN_INVALID');
    expect(await unary(`Bearer ${token}`, proof(token))).toBe('TOKEN_INVALID');
    expect(denied).toEqual(['BINDING_MISMATCH', 'CREDENTIAL_AMBIGUOUS', 'BINDING_MISSING', 'BINDING_MISSING']);
  });
});

describe('without configured addresses', () => {
  it('a bound token is refused, whatever comes with it', async () => {
    const bare = await startApp(issuer, { controllers: [StockHttpController] });
    try {
      const token = bound();
      const dpop = dpopProof(clientKey, { token, method: 'GET', url: 'http://localhost/stock' });
      for (const scheme of ['Bearer', 'DPoP']) {
        const headers = { authorization: `${scheme} ${token}`, dpop };
        expect((await bare.app.inject({ url: '/stock', headers })).statusCode).toBe(401);
      }
    } finally {
      await bare.close();
    }
  });
});
