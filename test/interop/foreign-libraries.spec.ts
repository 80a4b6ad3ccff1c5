import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import * as jose from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import nodeJose from 'node-jose';
import * as openid from 'openid-client';
import { basic } from '../e2e/issuing/ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from '../e2e/issuing/test-token-service.ts';

interface Jwks {
  readonly keys: (jose.JWK & { kid: string })[];
}

describe('libraries that are not ours', () => {
  let service: TestTokenService;
  let token: string;
  let jwks: Jwks;

  beforeAll(async () => {
    service = await startTestTokenService();
    token = await tokenFor(service);
    jwks = (await (await fetch(`${service.http}${ROUTES.jwks}`)).json()) as Jwks;
  });
  afterAll(() => service?.stop());

  const expected = () => ({ iss: service.issuer, aud: 'inventory', sub: 'reports', scope: 'stock:read' });
  const pem = () => {
    const kid = jose.decodeProtectedHeader(token).kid;
    const jwk = jwks.keys.find((key) => key.kid === kid);
    return createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    }) as string;
  };

  it('jose verifies by the JWKS URL alone', async () => {
    const keys = jose.createRemoteJWKSet(new URL(`${service.http}${ROUTES.jwks}`));
    const { payload } = await jose.jwtVerify(token, keys, {
      issuer: service.issuer,
      audience: 'inventory',
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject(expected());
  });

  it('node-jose verifies by the JWKS', async () => {
    const store = await nodeJose.JWK.asKeyStore(jwks);
    const { payload } = await nodeJose.JWS.createVerify(store).verify(token);
    expect(JSON.parse(payload.toString())).toMatchObject(expected());
  });

  it('fast-jwt verifies by the JWKS', () => {
    const verify = createFastVerifier({ key: pem(), allowedIss: service.issuer, allowedAud: 'inventory' });
    expect(verify(token)).toMatchObject(expected());
  });

  it('jsonwebtoken verifies by the JWKS', () => {
    const options = { issuer: service.issuer, audience: 'inventory', algorithms: ['ES256' as const] };
    expect(jsonwebtoken.verify(token, pem(), options)).toMatchObject(expected());
  });

  it.each(['jose', 'node-jose', 'fast-jwt', 'jsonwebtoken'])(
    'and %s refuses it with one byte changed',
    async (library) => {
      const [header, payload = '', signature] = token.split('.');
      const changed = `${header}.${payload.slice(0, 20)}${payload[20] === 'A' ? 'B' : 'A'}${payload.slice(21)}.${signature}`;
      const attempts: Record<string, () => unknown> = {
        jose: () => jose.jwtVerify(changed, jose.createLocalJWKSet(jwks as jose.JSONWebKeySet)),
        'node-jose': async () => nodeJose.JWS.createVerify(await nodeJose.JWK.asKeyStore(jwks)).verify(changed),
        'fast-jwt': () => createFastVerifier({ key: pem() })(changed) as unknown,
        jsonwebtoken: () => jsonwebtoken.verify(changed, pem()),
      };
      await expect((async () => attempts[library]?.())()).rejects.toThrow();
    },
  );

  it.each(['oauth2', 'oidc'] as const)(
    'openid-client obtains a token by discovery alone (%s document)',
    async (algorithm) => {
      const configuration = await openid.discovery(
        new URL(service.issuer),
        'reports',
        undefined,
        openid.ClientSecretBasic(service.secretOf('reports')),
        { algorithm, execute: [openid.allowInsecureRequests] },
      );
      const answer = await openid
        .clientCredentialsGrant(configuration, { resource: 'https://inventory.internal' })
        .catch((error: openid.ResponseBodyError) => error.error);
      expect(answer).toBe('invalid_target'); // that resource has no such URI: its error is understood as well
      const granted = await openid.clientCredentialsGrant(configuration, { audience: 'inventory' });
      expect(granted).toMatchObject({ token_type: 'bearer', scope: 'stock:read', expires_in: 300 });
    },
  );

  it('every key of the set carries what other libraries need, and nothing private', () => {
    for (const key of jwks.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      expect(key).toMatchObject({ alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256' });
    }
  });

  it('a token is what RFC 9068 says and under 700 bytes', async () => {
    expect(jose.decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(Object.keys(jose.decodeJwt(token)).sort()).toEqual([
      'aud',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'scope',
      'sub',
    ]);
    expect(token.length).toBeLessThan(700);
    const { kid } = jose.decodeProtectedHeader(token);
    const jwk = jwks.keys.find((key) => key.kid === kid);
    expect(await jose.calculateJwkThumbprint(jwk as jose.JWK)).toBe(kid);
  });
});

async function tokenFor(service: TestTokenService): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', audience: 'inventory' });
  const response = await fetch(`${service.http}${ROUTES.token}`, {
    method: 'POST',
    body: form,
    headers: { authorization: basic('reports', service.secretOf('reports')) },
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
