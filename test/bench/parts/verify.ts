import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { ecdsaJoseToDer, parseCompact } from '@mintmark/jws';
import { createTestIssuer, type TestIssuer } from '@mintmark/testing';
import { createVerifier, localKeySet } from '@mintmark/verifier';
import { cpuRound, sized } from '../cpu-load.ts';
import type { Report } from '../report.ts';
import { alternate, cpuRatio, medianCpu, type Sample, type Size } from '../rounds.ts';

/** Different ones, so that nothing is fast for having just been seen, except where that is what is measured. */
const TOKENS = 256;

const RAW = 'raw crypto.verify';
const FULL = 'mintmark';
const CACHED = 'mintmark, verdict cache';
const JOSE = 'jose';
const FAST = 'fast-jwt';
const FAST_CACHED = 'fast-jwt, cache';
const AWS = 'aws-jwt-verify';
const JSONWEBTOKEN = 'jsonwebtoken';

/** A round is cut in so many slices that take turns: what else the machine does then disturbs all contestants alike. */
const SLICES = 10;

type Verification = (token: string, index: number) => unknown;

/** What it costs to verify an ES256 access token. */
export async function verify({ rounds, roundMillis }: Size): Promise<Report> {
  const issuer = createTestIssuer({ lifetimeSeconds: 900 });
  const tokens = Array.from({ length: TOKENS }, () => issuer.token());
  const work = { ...rawVerification(issuer, tokens), ...(await ours(issuer)), ...others(issuer) };
  const contestants: Record<string, () => Promise<Sample>> = {};
  for (const [name, verification] of Object.entries(work)) {
    await demandSound(name, verification, tokens[0]!);
    const one = (index: number) => verification(tokens[index % TOKENS]!, index % TOKENS);
    const amount = await sized(one, roundMillis / SLICES);
    contestants[name] = () => cpuRound(one, amount);
  }
  const samples = await alternate(contestants, rounds * SLICES);
  const of = (name: string) => samples[name]!;
  return {
    title: 'verify: an ES256 access token, in process',
    conditions: [
      `median of ${rounds * SLICES} rounds of ${roundMillis / SLICES} ms or more, over ${TOKENS} tokens`,
      'each library checks signature, algorithm, issuer, audience and expiry, with its key or key set at hand; raw: the signature alone, as DER',
    ],
    rows: Object.keys(work).map((name) => ({
      library: name,
      'CPU µs': medianCpu(of(name)),
      '× raw': cpuRatio(of(name), of(RAW)),
      '× jose': cpuRatio(of(name), of(JOSE)),
    })),
    goals: [
      { what: 'CPU: full ÷ raw', measured: cpuRatio(of(FULL), of(RAW)), atMost: 1.2 },
      { what: 'CPU: full ÷ jose', measured: cpuRatio(of(FULL), of(JOSE)), atMost: 0.5 },
      { what: 'CPU µs from the cache', measured: medianCpu(of(CACHED)), atMost: 3 },
    ],
  };
}

function rawVerification(issuer: TestIssuer, tokens: readonly string[]): Record<string, Verification> {
  const key = createPublicKey(issuer.key.privateKey);
  const prepared = tokens.map((token) => {
    const { signingInput, signature } = parseCompact(token)!;
    return { signingInput, der: ecdsaJoseToDer(signature)! };
  });
  return {
    [RAW]: (_token, index) => {
      const { signingInput, der } = prepared[index]!;
      return verifySignature('sha256', signingInput, key, der);
    },
  };
}

async function ours(issuer: TestIssuer): Promise<Record<string, Verification>> {
  const trust = { issuer: issuer.issuer, audience: issuer.audience, unsafelyWithoutRevocations: true } as const;
  const full = createVerifier({ ...trust, keys: localKeySet(issuer.jwks()), cache: false });
  const cached = createVerifier({ ...trust, keys: localKeySet(issuer.jwks()) });
  await Promise.all([full.ready(), cached.ready()]);
  return {
    [FULL]: async (token) => (await full.verify(token)).ok,
    [CACHED]: async (token) => (await cached.verify(token)).ok,
  };
}

function others(trusted: TestIssuer): Record<string, Verification> {
  const { issuer, audience } = trusted;
  const publicKey = createPublicKey(trusted.key.privateKey);
  const keySet = createLocalJWKSet({ keys: [...trusted.jwks().keys] });
  const expected = { allowedIss: issuer, allowedAud: audience, algorithms: ['ES256' as const] };
  const key = publicKey.export({ type: 'spki', format: 'pem' });
  const fast = createFastVerifier({ ...expected, key, cache: false });
  const fastCached = createFastVerifier({ ...expected, key, cache: true });
  const aws = JwtVerifier.create({ issuer, audience, jwksUri: 'https://issuer.test/jwks.json' });
  aws.cacheJwks(JSON.parse(JSON.stringify(trusted.jwks())) as Parameters<typeof aws.cacheJwks>[0]);
  return {
    [JOSE]: (token) => jwtVerify(token, keySet, { issuer, audience, algorithms: ['ES256'], typ: 'at+jwt' }),
    [FAST]: (token) => fast(token) as unknown,
    [FAST_CACHED]: (token) => fastCached(token) as unknown,
    [AWS]: (token) => aws.verifySync(token),
    [JSONWEBTOKEN]: (token) => jsonwebtoken.verify(token, publicKey, { issuer, audience, algorithms: ['ES256'] }),
  };
}

/** @throws Error unless the library takes a good token and refuses one whose signature was altered */
async function demandSound(name: string, verification: Verification, token: string): Promise<void> {
  if (!(await verification(token, 0))) throw new Error(`${name} refuses a good token`);
  if (name === RAW) return;
  const altered = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  const accepted = await Promise.resolve()
    .then(() => verification(altered, 0))
    .catch(() => false);
  if (accepted) throw new Error(`${name} accepts a bad signature`);
}
