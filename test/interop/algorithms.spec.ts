import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES, SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import { createVerifier, localKeySet } from '@mintmark/verifier';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { basic, post, type HttpAnswer } from '../e2e/issuing/ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from '../e2e/issuing/test-token-service.ts';

const audienceOf = (algorithm: SigningAlgorithm) => `for-${algorithm.toLowerCase()}`;
const PUBLISH_AHEAD_SECONDS = 4;

const DECLARATION = `apiVersion: mintmark/v1
resources:
${SIGNING_ALGORITHMS.map((name) => `  - { id: ${audienceOf(name)}, scopes: [read], tokenLifetime: 5m, signingAlgorithm: ${name} }`).join('\n')}
clients:
${['orders', 'reports', 'idle', 'closed'].map((id) => `  - { id: ${id}, credentials: [{ kind: client_secret }] }`).join('\n')}
policies:
${SIGNING_ALGORITHMS.map((name) => `  - { client: orders, resource: ${audienceOf(name)}, scopes: [read] }`).join('\n')}
`;

let folder: string;
let service: TestTokenService;
let early: HttpAnswer;
let started: number;
const tokens = new Map<SigningAlgorithm, string>();
let jwks: { keys: (jose.JWK & { kid: string })[] };

function ask(algorithm: SigningAlgorithm): Promise<HttpAnswer> {
  const form = `grant_type=client_credentials&audience=${audienceOf(algorithm)}`;
  return post(`${service.http}${ROUTES.token}`, form, {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: [basic('orders', service.secretOf('orders'))],
  });
}

async function untilIssued(algorithm: SigningAlgorithm): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { body } = await ask(algorithm);
    if (typeof body['access_token'] === 'string') return body['access_token'];
    await delay(200);
  }
  throw new Error(`no ${algorithm} token`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-algorithms-'));
  const file = join(folder, 'declaration.yaml');
  writeFileSync(file, DECLARATION);
  service = await startTestTokenService({
    settings: {
      MINTMARK_CONFIG: file,
      MINTMARK_ALLOW_ML_DSA: 'true',
      MINTMARK_PUBLISH_AHEAD: `${PUBLISH_AHEAD_SECONDS}s`,
      MINTMARK_UNSAFE_TIMING: 'true',
    },
  });
  started = Date.now();
  early = await ask('PS256');
  for (const algorithm of SIGNING_ALGORITHMS) tokens.set(algorithm, await untilIssued(algorithm));
  jwks = (await (await fetch(`${service.http}${ROUTES.jwks}`)).json()) as typeof jwks;
}, 60_000);

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ownVerifier = (algorithm: SigningAlgorithm, algorithms: SigningAlgorithm[]) =>
  createVerifier({
    ...{ issuer: service.issuer, audience: audienceOf(algorithm), keys: localKeySet(jwks), algorithms },
    unsafelyWithoutRevocations: true,
  });

describe('an algorithm that another one came before', () => {
  it('waits until verifiers know its first key, and says until when', () => {
    expect(early).toMatchObject({ status: 503, body: { code: 'SIGNING_SEALED' } });
    const [instant = ''] = /\d{4}-\S+Z/.exec(String(early.body['error_description'])) ?? [];
    expect(early.body['error_description']).toMatch(/^The next PS256 key signs from \S+Z on/);
    expect(new Date(instant).getTime()).toBeLessThanOrEqual(started + PUBLISH_AHEAD_SECONDS * 1000);
  });

  it('is named by the metadata', async () => {
    const answer = await fetch(`${service.http}${ROUTES.openidConfiguration}`);
    expect(await answer.json()).toMatchObject({ id_token_signing_alg_values_supported: [...SIGNING_ALGORITHMS] });
  });

  it('has keys of its own', () => {
    const kids = [...tokens.values()].map((token) => jose.decodeProtectedHeader(token).kid);
    expect(new Set(kids).size).toBe(SIGNING_ALGORITHMS.length);
    expect(new Set(jwks.keys.map(({ alg }) => alg))).toEqual(new Set(SIGNING_ALGORITHMS));
  });
});

describe.each(SIGNING_ALGORITHMS)('a token signed with %s', (algorithm) => {
  const expected = () => ({ iss: service.issuer, aud: audienceOf(algorithm), sub: 'orders' });

  it('says so in its header, and stays under the 8 KiB a verifier reads', () => {
    expect(jose.decodeProtectedHeader(tokens.get(algorithm)!)).toMatchObject({ alg: algorithm, typ: 'at+jwt' });
    expect(tokens.get(algorithm)!.length).toBeLessThan(4_096);
  });

  it('is verified by our verifier whose policy lists it, and refused where another one is listed', async () => {
    const token = tokens.get(algorithm)!;
    expect(await ownVerifier(algorithm, [algorithm]).verify(token)).toMatchObject({ ok: true });
    const other = algorithm === 'ES256' ? 'PS256' : 'ES256';
    const refused = await ownVerifier(algorithm, [other]).verify(token);
    expect(refused).toMatchObject({ ok: false, code: 'ALG_NOT_ALLOWED' });
  });

  it('is verified by jose', async () => {
    const keys = jose.createLocalJWKSet(jwks);
    const options = { issuer: service.issuer, audience: audienceOf(algorithm), typ: 'at+jwt', algorithms: [algorithm] };
    expect((await jose.jwtVerify(tokens.get(algorithm)!, keys, options)).payload).toMatchObject(expected());
  });
});

const FAST_JWT: readonly SigningAlgorithm[] = ['ES256', 'EdDSA', 'RS256', 'PS256'];
const OAUTH4WEBAPI: readonly SigningAlgorithm[] = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];

describe('libraries beside jose', () => {
  it.each(FAST_JWT)('fast-jwt verifies %s', (algorithm) => {
    const { kid } = jose.decodeProtectedHeader(tokens.get(algorithm)!);
    const jwk = jwks.keys.find((key) => key.kid === kid) as JsonWebKeyInput['key'];
    const key = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }) as string;
    const verify = createFastVerifier({ key, algorithms: [algorithm as 'ES256'], allowedAud: audienceOf(algorithm) });
    expect(verify(tokens.get(algorithm)!)).toMatchObject({ iss: service.issuer, sub: 'orders' });
  });

  it.each(OAUTH4WEBAPI)('oauth4webapi verifies %s by the JWKS', async (algorithm) => {
    const server = { issuer: service.issuer, jwks_uri: `${service.http}${ROUTES.jwks}` };
    const request = new Request('https://inventory.internal/', {
      headers: { authorization: `Bearer ${tokens.get(algorithm)!}` },
    });
    const options = { [oauth.allowInsecureRequests]: true, signingAlgorithms: [algorithm] };
    const claims = await oauth.validateJwtAccessToken(server, request, audienceOf(algorithm), options);
    expect(claims).toMatchObject({ sub: 'orders' });
  });
});
