import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createTestIssuer,
  FakeClock,
  newKey,
  settled,
  TOKEN_DEFECTS,
  type TestIssuer,
  type TokenDefect,
} from '@mintmark/testing';
import { createVerifier } from './create-verifier.ts';
import type { KeyStore } from './keys/key-store.ts';
import { localKeySet } from './keys/local-key-set.ts';
import { requireScopes } from './require-scopes.ts';
import type { Verifier } from './verifier.ts';

const clock = new FakeClock();
const issuer = createTestIssuer({ clock });
const verifier = createVerifier(issuer.trust);
const verify = (token: string) => verifier.verify(token);

/** A key store that answers as it is told and counts who asks. */
function scriptedKeys(of: TestIssuer, script: Partial<Pick<KeyStore, 'state' | 'consult'>>) {
  const asked: [kid: string, milliseconds: number][] = [];
  const open = (context: Parameters<ReturnType<typeof localKeySet>['open']>[0]): KeyStore => {
    const inner = localKeySet(of.jwks()).open(context);
    return {
      snapshot: inner.snapshot,
      state: script.state ?? 'fresh',
      retryAfterSeconds: 7,
      ready: () => Promise.resolve(),
      close: () => undefined,
      consult: (kid, milliseconds) => {
        asked.push([kid, milliseconds]);
        return script.consult?.(kid, milliseconds) ?? Promise.resolve('unavailable');
      },
    };
  };
  return { asked, keys: { open } };
}

describe('a good token', () => {
  it('gives a caller with everything the token says', async () => {
    const claims = issuer.claims();
    const verdict = await verify(
      issuer.sign({ claims: { ...claims, scope: 'stock:read stock:reserve', sub: 'shop' } }),
    );
    expect(verdict).toEqual({
      ok: true,
      caller: expect.objectContaining({
        clientId: 'orders',
        subject: 'shop',
        audience: issuer.audience,
        issuer: issuer.issuer,
        scopes: ['stock:read', 'stock:reserve'],
        tokenId: claims.jti,
        issuedAt: claims.iat,
        expiresAt: claims.exp,
      }) as unknown,
    });
  });

  it('gives a caller that nobody can change', async () => {
    const verdict = await verify(issuer.token());
    if (!verdict.ok) throw new Error(verdict.code);
    const { caller } = verdict;
    expect([verdict, caller, caller.scopes].every(Object.isFrozen)).toBe(true);
    expect(() => (caller.scopes as string[]).push('admin')).toThrow(TypeError);
    expect(() => Object.assign(caller, { clientId: 'root' })).toThrow(TypeError);
    expect(() => Object.assign(Object.getPrototypeOf(caller) as object, { hasScope: () => true })).toThrow(TypeError);
    expect([caller.hasScope('stock:read'), caller.hasScope('admin')]).toEqual([true, false]);
  });

  it('may carry claims this verifier does not know', async () => {
    await expect(verify(issuer.token({ tenant: 'north', act: { sub: 'portal' } }))).resolves.toMatchObject({
      ok: true,
    });
  });
});

describe('a bad token', () => {
  it.each(Object.entries(TOKEN_DEFECTS))('%s: %s', async (defect, code) => {
    await expect(verify(issuer.broken(defect as TokenDefect))).resolves.toEqual({ ok: false, code });
  });

  it.each([undefined, null, 7, {}, []])('is no reason to throw: %p', async (value) => {
    await expect(verify(value as never)).resolves.toEqual({ ok: false, code: 'TOKEN_MISSING' });
  });

  it('is refused for its signature before anything it claims', async () => {
    const forged = issuer.sign({
      key: newKey('ES256'),
      header: issuer.header(),
      claims: { ...issuer.claims(), aud: 'x' },
    });
    await expect(verify(forged)).resolves.toEqual({ ok: false, code: 'SIGNATURE_INVALID' });
  });
});

describe('times', () => {
  const at = (claims: Record<string, unknown>) => verify(issuer.token(claims));
  const now = issuer.now();

  it.each([
    ['the last moment within the leeway', { iat: now - 300, exp: now - 19 }, 'OK'],
    ['one second later', { iat: now - 300, exp: now - 20 }, 'TOKEN_EXPIRED'],
    ['exp equal to now', { iat: now - 300, exp: now }, 'OK'],
    ['issued at the edge of the leeway', { iat: now + 20, exp: now + 300 }, 'OK'],
    ['issued one second past it', { iat: now + 21, exp: now + 300 }, 'NOT_YET_VALID'],
    ['nbf at the edge', { nbf: now + 20 }, 'OK'],
    ['nbf past it', { nbf: now + 21 }, 'NOT_YET_VALID'],
    ['the longest lifetime', { iat: now, exp: now + 900 }, 'OK'],
    ['one second longer', { iat: now, exp: now + 901 }, 'LIFETIME_EXCEEDED'],
    ['exp equal to iat', { iat: now, exp: now }, 'CLAIM_INVALID'],
    ['a fraction in exp', { exp: now + 0.5 }, 'CLAIM_INVALID'],
    ['a fraction in iat', { iat: now - 0.5 }, 'CLAIM_INVALID'],
  ])('%s: %s', async (_, claims, expected) => {
    const verdict = await at(claims);
    expect(verdict.ok ? 'OK' : verdict.code).toBe(expected);
  });

  it('divides leeway and lifetime by the time scale, and then takes milliseconds', async () => {
    const scaled = createTestIssuer({ clock, timeScale: 100 });
    const quick = createVerifier({ ...scaled.trust, timeScale: 100 });
    const codeOf = async (claims: Record<string, unknown>) => {
      const verdict = await quick.verify(scaled.token(claims));
      return verdict.ok ? 'OK' : verdict.code;
    };
    const nowScaled = scaled.now();
    expect(quick.timeScale).toBe(100);
    expect(await codeOf({ iat: nowScaled - 1.5, exp: nowScaled - 0.199 })).toBe('OK');
    expect(await codeOf({ iat: nowScaled - 1.5, exp: nowScaled - 0.201 })).toBe('TOKEN_EXPIRED');
    expect(await codeOf({ iat: nowScaled, exp: nowScaled + 9.001 })).toBe('LIFETIME_EXCEEDED');
    expect(await codeOf({ iat: nowScaled - 0.123 })).toBe('OK');
  });
});

describe('a key that is not held', () => {
  const opened: Verifier[] = [];
  const scripted = (script: Parameters<typeof scriptedKeys>[1]) => {
    const { asked, keys } = scriptedKeys(issuer, script);
    const created = createVerifier({ ...issuer.trust, keys });
    opened.push(created);
    return { asked, verifier: created };
  };
  afterEach(() => opened.splice(0).forEach((one) => one.close()));

  it('is unknown once the source has settled it', async () => {
    const { asked, verifier: asking } = scripted({ consult: () => Promise.resolve('settled') });
    const stranger = newKey('ES256');
    await expect(asking.verify(issuer.sign({ key: stranger }))).resolves.toEqual({ ok: false, code: 'KEY_UNKNOWN' });
    expect(asked).toEqual([[stranger.kid, 1_000]]);
  });

  it('cannot be determined while the source does not answer', async () => {
    const { verifier: asking } = scripted({ consult: () => Promise.resolve('unavailable') });
    await expect(asking.verify(issuer.sign({ key: newKey('ES256') }))).resolves.toEqual({
      ok: false,
      code: 'KEYS_UNAVAILABLE',
      retryAfterSeconds: 7,
    });
  });

  it('waits no longer than the call itself', async () => {
    const { asked, verifier: asking } = scripted({});
    const token = issuer.sign({ key: newKey('ES256') });
    await asking.verify(token, {}, { deadline: clock.now() + 250 });
    await asking.verify(token, {}, { deadline: clock.now() - 1 });
    await asking.verify(token, {}, { deadline: Infinity });
    expect(asked.map(([, milliseconds]) => milliseconds)).toEqual([250, 0, 1_000]);
  });

  const stranger = newKey('ES256');
  it.each<[string, Parameters<TestIssuer['sign']>[0], string]>([
    ['another resource', { claims: { ...issuer.claims(), aud: 'x' } }, 'AUD_MISMATCH'],
    ['another issuer', { claims: { ...issuer.claims(), iss: 'https://x.test' } }, 'ISS_MISMATCH'],
    ['expired', { claims: { ...issuer.claims(), iat: 1, exp: 2 } }, 'TOKEN_EXPIRED'],
    ['no client', { claims: { ...issuer.claims(), client_id: '' } }, 'CLAIM_INVALID'],
    ['another typ', { header: { ...issuer.header(stranger), typ: 'JWT' } }, 'TYP_MISMATCH'],
    ['another algorithm', { header: { ...issuer.header(stranger), alg: 'RS256' } }, 'ALG_NOT_ALLOWED'],
    ['a kid of no form', { header: { ...issuer.header(stranger), kid: '../../keys' } }, 'HEADER_FORBIDDEN'],
    ['a header too many', { header: { ...issuer.header(stranger), jku: 'https://x.test/' } }, 'HEADER_FORBIDDEN'],
    ['a megabyte', { claims: { ...issuer.claims(), pad: 'x'.repeat(1 << 20) } }, 'TOKEN_TOO_LARGE'],
  ])('is not even asked for when the token could not pass anyway: %s', async (_, parts, code) => {
    const { asked, verifier: asking } = scripted({ consult: () => Promise.resolve('settled') });
    const verdict = await asking.verify(issuer.sign({ key: stranger, ...parts }));
    expect(verdict).toEqual({ ok: false, code });
    expect(asked).toEqual([]);
  });

  it('decides nothing with dead keys, known or not', async () => {
    const { asked, verifier: asking } = scripted({ state: 'dead', consult: () => Promise.resolve('unavailable') });
    await expect(asking.verify(issuer.token())).resolves.toMatchObject({ ok: false, code: 'KEYS_UNAVAILABLE' });
    await expect(asking.verify(issuer.broken('expired'))).resolves.toMatchObject({ ok: false, code: 'TOKEN_EXPIRED' });
    expect(asked).toHaveLength(1);
  });

  it('goes on with stale keys', async () => {
    const { asked, verifier: asking } = scripted({ state: 'stale' });
    await expect(asking.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    expect(asked).toEqual([]);
  });
});

describe('scopes', () => {
  it('are asked per operation', async () => {
    const verdict = await verify(issuer.token({ scope: 'stock:read stock:list' }));
    if (!verdict.ok) throw new Error(verdict.code);
    const { caller } = verdict;
    expect(requireScopes(caller, ['stock:read', 'stock:list'])).toEqual({ ok: true, caller });
    expect(requireScopes(caller, [])).toMatchObject({ ok: true });
    expect(requireScopes(caller, ['stock:read', 'stock:reserve'])).toEqual({ ok: false, code: 'SCOPE_INSUFFICIENT' });
    expect(requireScopes(caller, ['stock'])).toMatchObject({ ok: false });
  });
});

describe('the observer', () => {
  it('hears every verdict, and its own failures harm nobody', async () => {
    const heard: string[] = [];
    const onVerdict = (code: string) => {
      heard.push(code);
      throw new Error('observer failed');
    };
    const observed = createVerifier({ ...issuer.trust, observer: { onVerdict } });
    await expect(observed.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    await expect(observed.verify(issuer.broken('expired'))).resolves.toMatchObject({ ok: false });
    expect(heard).toEqual(['OK', 'TOKEN_EXPIRED']);
    await settled();
  });
});
