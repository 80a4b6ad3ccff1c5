import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer, dpopProof, FakeClock, newKey, type TestIssuer } from '@mintmark/testing';
import { assembleVerifier } from './assemble-verifier.ts';
import { CHECKS, type RegisteredCheck } from './checks/registry.ts';
import type { Evidence } from './evidence.ts';
import type { KeyContext, KeyState, KeyStore } from './keys/key-store.ts';
import type { VerifierOptions } from './options.ts';
import type { RevocableToken } from './revocations/revocations.ts';
import type { Verifier } from './verifier.ts';

let clock: FakeClock;
let issuer: TestIssuer;
let state: KeyState;
let revoked: string;
let signatures: number;
let verdicts: string[];
let verifier: Required<Verifier>;

beforeEach(() => {
  clock = new FakeClock();
  issuer = createTestIssuer({ clock });
  [state, revoked, signatures, verdicts] = ['fresh', '', 0, []];
  verifier = verifierFor({});
});
afterEach(() => verifier.close());

/** Counts the signatures it verifies, and holds keys in the state that is set. */
function verifierFor(options: Pick<Partial<VerifierOptions>, 'audience' | 'cache'>): Required<Verifier> {
  const checks = CHECKS.map((check) => (/^(proof-)?signature$/.test(check.name) ? counted(check) : check));
  const statusOf = ({ tokenId }: RevocableToken) =>
    revoked === 'unknown' ? 'unknown' : tokenId === revoked ? 'revoked' : 'clear';
  const observer = { onVerdict: (code: string) => void verdicts.push(code) };
  const keys = { open: (context: KeyContext) => inState(issuer.trust.keys.open(context)) };
  return assembleVerifier({ ...issuer.trust, keys, observer, ...options }, { checks, revocations: { statusOf } });
}

function counted(check: RegisteredCheck): RegisteredCheck {
  const refuse = (...asked: [never, never]) => (signatures++, check.refuse(...asked));
  return { ...check, refuse } as RegisteredCheck;
}

function inState(store: KeyStore): KeyStore {
  return {
    ...{
      retryAfterSeconds: 1,
      ready: () => store.ready(0),
      consult: (kid) => store.consult(kid, 0),
      close: () => store.close(),
    },
    get snapshot() {
      return store.snapshot;
    },
    get state() {
      return state;
    },
  };
}

async function letIn(token = issuer.token({ jti: 'token-1' }), evidence?: Evidence) {
  const verdict = await verifier.verify(token, evidence);
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.caller;
}

function removeKey(): void {
  const { kid } = issuer.key;
  issuer.rotate();
  issuer.remove(kid);
}

describe('a caller that was let in', () => {
  it.each([{}, { cache: false }] as const)(
    'is still let in, without a signature or a second count: %j',
    async (how) => {
      verifier = verifierFor(how);
      const caller = await letIn();
      await clock.advance(60_000);
      const again = await verifier.verifyAgain(caller);
      expect(again).toEqual({ ok: true, caller });
      expect(again.ok && again.caller).toBe(caller);
      expect([signatures, verdicts]).toEqual([1, ['OK']]);
    },
  );

  it('has not used up its proof, and needs no other, however old that is', async () => {
    const key = newKey('ES256');
    const token = issuer.token({ cnf: { jkt: key.kid } });
    const at = { method: 'GET', url: 'https://inventory.test/stock' };
    const proof = dpopProof(key, { token, ...at, issuedAt: clock.seconds });
    const caller = await letIn(token, { dpop: { proofs: [proof], ...at } });
    await clock.advance(120_000);
    expect(await verifier.verifyAgain(caller)).toMatchObject({ ok: true });
    expect(signatures).toBe(2);
  });

  it.each<[string, string, () => unknown]>([
    ['its token has expired', 'TOKEN_EXPIRED', () => clock.advance(24 * 3_600_000)],
    ['its token is revoked', 'TOKEN_REVOKED', () => (revoked = 'token-1')],
    ['what is revoked is not known', 'REVOCATION_UNAVAILABLE', () => (revoked = 'unknown')],
    ['its key is gone', 'KEY_UNKNOWN', () => removeKey()],
    ['its key is gone from a set that may itself be old', 'KEYS_UNAVAILABLE', () => (removeKey(), (state = 'stale'))],
    ['the keys are too old', 'KEYS_UNAVAILABLE', () => (state = 'dead')],
  ])('is not when %s', async (_, code, happens) => {
    const caller = await letIn();
    await happens();
    expect(await verifier.verifyAgain(caller)).toMatchObject({ ok: false, code });
    expect([signatures, verdicts]).toEqual([1, ['OK', code]]);
  });

  it('is while its key is in a set that is old', async () => {
    const caller = await letIn();
    state = 'stale';
    expect(await verifier.verifyAgain(caller)).toMatchObject({ ok: true });
  });

  it('is so by the verifier that did it, and by no other: it may ask for something else', async () => {
    const caller = await letIn();
    const other = verifierFor({ audience: 'billing' });
    await expect(other.verifyAgain(caller)).rejects.toThrow('the verifier that has let it in');
    await expect(verifier.verifyAgain({ ...caller })).rejects.toThrow();
    other.close();
  });
});
