import { createHash, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { createTestIssuer, FakeClock, newKey, type TestKey } from '@mintmark/testing';
import { signCompact } from '@mintmark/jws';
import { SignJWT } from 'jose';
import { proofUnused } from './checks/proof.ts';
import { createVerifier } from './create-verifier.ts';
import { readProof } from './dpop-proof.ts';
import type { DpopEvidence } from './evidence.ts';
import { NO_POLICY } from './policy.ts';
import { ProofUses } from './proof-uses.ts';

const clock = new FakeClock();
const issuer = createTestIssuer({ clock });
const clientKey = newKey('ES256');
const boundTo = ({ kid }: TestKey) => issuer.token({ cnf: { jkt: kid } });
const token = boundTo(clientKey);
const ath = createHash('sha256').update(token).digest('base64url');

let serial = 0;

interface ProofParts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: TestKey;
}

function proof({ header = {}, claims = {}, key = clientKey }: ProofParts = {}): string {
  const { kty, crv, x, y, n, e, pub } = key.jwk as unknown as Record<string, string>;
  const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, pub })) as object;
  const base = { jti: `proof-${++serial}`, htm: 'GET', htu: 'https://inventory.test/stock', iat: issuer.now(), ath };
  return signCompact(
    { alg: key.algorithm, typ: 'dpop+jwt', jwk, ...header } as never,
    { ...base, ...claims },
    key.privateKey,
  );
}

const call = (...proofs: string[]): { dpop: DpopEvidence } => ({
  dpop: { proofs, method: 'GET', url: 'https://inventory.test/stock' },
});

describe('a token bound to a DPoP key', () => {
  const verifier = createVerifier(issuer.trust);

  it('is accepted with a fresh proof, each time anew', async () => {
    await expect(verifier.verify(token, call(proof()))).resolves.toMatchObject({ ok: true });
    await expect(verifier.verify(token, call(proof()))).resolves.toMatchObject({ ok: true });
  });

  it.each(SIGNING_ALGORITHMS)('takes a proof signed with %s', async (algorithm) => {
    const key = newKey(algorithm);
    const bound = boundTo(key);
    const made = proof({ key, claims: { ath: createHash('sha256').update(bound).digest('base64url') } });
    await expect(verifier.verify(bound, call(made))).resolves.toMatchObject({ ok: true });
  });

  it.each<[string, ProofParts]>([
    ['a query and a fragment in htu', { claims: { htu: 'https://inventory.test/stock?page=2#top' } }],
    ['another spelling of the same URL', { claims: { htu: 'HTTPS://Inventory.test:443/stock' } }],
    ['a clock ahead within the leeway', { claims: { iat: issuer.now() + 20 } }],
    ['a clock behind within the leeway', { claims: { iat: issuer.now() - 20 } }],
    ['an alg in the key that agrees', { header: { jwk: clientKey.jwk } }],
  ])('takes %s', async (_, parts) => {
    await expect(verifier.verify(token, call(proof(parts)))).resolves.toMatchObject({ ok: true });
  });

  const { jwk: otherJwk } = newKey('ES256');
  it.each<[string, ProofParts]>([
    ['another typ', { header: { typ: 'JWT' } }],
    ['no typ', { header: { typ: undefined } }],
    ['a critical extension', { header: { crit: ['exp'] } }],
    ['another key', { key: newKey('ES256') }],
    ['the right key in the header, signed with another', { header: { jwk: otherJwk } }],
    ['no key', { header: { jwk: undefined } }],
    ['a private key', { header: { jwk: clientKey.privateKey.export({ format: 'jwk' }) } }],
    ['an algorithm in the key that disagrees', { header: { jwk: { ...clientKey.jwk, alg: 'EdDSA' } } }],
    ['another method', { claims: { htm: 'POST' } }],
    ['the method in another case', { claims: { htm: 'get' } }],
    ['no method', { claims: { htm: undefined } }],
    ['another path', { claims: { htu: 'https://inventory.test/stock/1' } }],
    ['another host', { claims: { htu: 'https://inventory.test.attacker.example/stock' } }],
    ['another scheme', { claims: { htu: 'http://inventory.test/stock' } }],
    ['another port', { claims: { htu: 'https://inventory.test:8443/stock' } }],
    ['a path in another case', { claims: { htu: 'https://inventory.test/Stock' } }],
    ['a URL that is none', { claims: { htu: '/stock' } }],
    ['no URL', { claims: { htu: undefined } }],
    ['another token', { claims: { ath: createHash('sha256').update('another').digest('base64url') } }],
    ['no ath', { claims: { ath: undefined } }],
    ['a moment too old', { claims: { iat: issuer.now() - 21 } }],
    ['a moment too early', { claims: { iat: issuer.now() + 21 } }],
    ['iat that is text', { claims: { iat: String(issuer.now()) } }],
    ['no jti', { claims: { jti: undefined } }],
    ['an empty jti', { claims: { jti: '' } }],
    ['a jti that is a number', { claims: { jti: 7 } }],
  ])('refuses a proof with %s', async (_, parts) => {
    await expect(verifier.verify(token, call(proof(parts)))).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
  });

  it.each([
    ['a symmetric key', { alg: 'HS256', jwk: { kty: 'oct', k: Buffer.alloc(32, 1).toString('base64url') } }],
    ['no signature', { alg: 'none', jwk: clientKey.jwk }],
  ])('refuses a proof with %s', async (_, header) => {
    const secret = createSecretKey(Buffer.alloc(32, 1));
    const made = await new SignJWT({ jti: 'x', htm: 'GET', htu: 'https://inventory.test/stock', ath })
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt' })
      .setIssuedAt(issuer.now())
      .sign(secret);
    const [, payload, signature] = made.split('.');
    const head = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', ...header })).toString('base64url');
    await expect(verifier.verify(token, call(`${head}.${payload}.${signature}`))).resolves.toEqual({
      ok: false,
      code: 'BINDING_MISMATCH',
    });
  });

  it.each(['', 'x', 'a.b.c', '..'])('refuses the proof %p', async (text) => {
    await expect(verifier.verify(token, call(text))).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
  });

  it('is refused as a plain Bearer token, and without proofs', async () => {
    await expect(verifier.verify(token)).resolves.toEqual({ ok: false, code: 'BINDING_MISSING' });
    await expect(verifier.verify(token, call())).resolves.toEqual({ ok: false, code: 'BINDING_MISSING' });
  });

  it('is refused with two proofs, however good', async () => {
    await expect(verifier.verify(token, call(proof(), proof()))).resolves.toEqual({
      ok: false,
      code: 'CREDENTIAL_AMBIGUOUS',
    });
  });

  it('is refused with a proof that was used, for as long as the proof is good', async () => {
    const used = proof();
    await expect(verifier.verify(token, call(used))).resolves.toMatchObject({ ok: true });
    await expect(verifier.verify(token, call(used))).resolves.toEqual({ ok: false, code: 'REPLAYED' });
    await clock.advance(20_000);
    await expect(verifier.verify(token, call(used))).resolves.toEqual({ ok: false, code: 'REPLAYED' });
    await clock.advance(1_000);
    await expect(verifier.verify(token, call(used))).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
  });

  it('does not use up a proof that was refused', async () => {
    const made = proof();
    const other = { dpop: { ...call(made).dpop, method: 'POST' } };
    await expect(verifier.verify(token, other)).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
    await expect(verifier.verify(token, call(made))).resolves.toMatchObject({ ok: true });
  });

  it('a token that is not bound gains nothing by a proof', async () => {
    const plain = issuer.token();
    const made = proof({ claims: { ath: createHash('sha256').update(plain).digest('base64url') } });
    await expect(verifier.verify(plain, call(made))).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
  });
});

describe('the memory of used proofs', () => {
  it('when it is full, nothing is said of a proof, for or against', () => {
    const read = readProof(proof())!;
    const subject = { proof: read, jkt: clientKey.kid, call: call().dpop, token, now: issuer.now() };
    const policy = { ...NO_POLICY, leewaySeconds: 20 };
    expect(proofUnused.refuse({ ...subject, uses: new ProofUses(1) }, policy)).toBeUndefined();
    expect(proofUnused.refuse({ ...subject, uses: new ProofUses(0) }, policy)).toBe('REPLAY_UNAVAILABLE');
  });

  it('forgets what could not be shown again, and lets nothing in when it is full', () => {
    const uses = new ProofUses(2);
    const at = (now: number) => ({ now, until: now + 40 });
    expect([uses.use('a', at(0)), uses.use('a', at(40)), uses.use('b', at(40))]).toEqual([
      'first',
      'repeated',
      'first',
    ]);
    expect(uses.use('c', at(40))).toBe('full');
    expect([uses.use('c', at(41)), uses.use('b', at(41)), uses.use('a', at(41))]).toEqual([
      'first',
      'repeated',
      'full',
    ]);
  });
});
