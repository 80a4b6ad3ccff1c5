import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A signing key, and tokens made with it, right or wrong on purpose. */
export interface TestKey {
  readonly kid: string;
  readonly jwks: { keys: Record<string, unknown>[] };
  token(change?: Change): string;
}

export interface Change {
  readonly header?: object;
  readonly claims?: object;
}

export const ISSUER = 'https://tokens.internal';
/** Seconds since 1970-01-01 UTC. */
export const NOW = 1_764_000_000;

export function testKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const jwk = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
  return { kid, jwks: { keys: [jwk] }, token: (change) => token(kid, privateKey, change) };
}

function token(kid: string, key: KeyObject, { header, claims }: Change = {}): string {
  const input = [
    { alg: 'ES256', kid, typ: 'at+jwt', ...header },
    { ...CLAIMS, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign('sha256', Buffer.from(input.join('.')), { key, dsaEncoding: 'ieee-p1363' });
  return `${input.join('.')}.${signature.toString('base64url')}`;
}

const CLAIMS = {
  iss: ISSUER,
  sub: 'orders',
  client_id: 'orders',
  aud: 'inventory',
  scope: 'stock:read stock:reserve',
  iat: NOW - 60,
  exp: NOW + 240,
  jti: 'jti-1',
};
