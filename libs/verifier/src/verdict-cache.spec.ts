import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  REVOCATIONS_AUDIENCE,
  type RevocationKind,
  type RevocationsClaims,
  type RevokedEntry,
} from '@mintmark/contract';
import { createTestIssuer, FakeClock, newKey, type TestIssuer, type TestKeySet } from '@mintmark/testing';
import fc from 'fast-check';
import { bytesInUse, FUZZ_RUNS, FUZZ_SEED, FUZZ_TIMEOUT } from '../../../test/attacks/fuzz-settings.ts';
import { assembleVerifier } from './assemble-verifier.ts';
import { CHECKS, type RegisteredCheck } from './checks/registry.ts';
import type { Evidence } from './evidence.ts';
import { KeyCache } from './keys/key-cache.ts';
import type { KeySetFeed, KeySetListener } from './keys/key-set-feed.ts';
import type { KeySnapshot, KeySource } from './keys/key-store.ts';
import { keyTiming } from './keys/key-timing.ts';
import { localKeySet } from './keys/local-key-set.ts';
import type { VerifierOptions } from './options.ts';
import { NO_POLICY } from './policy.ts';
import { HeldRevocations } from './revocations/held-revocations.ts';
import type { RevocableToken, Revocations } from './revocations/revocations.ts';
import { requireScopes } from './require-scopes.ts';
import { tokenDigest, VerdictCache } from './verdict-cache.ts';
import { verifiedToken } from './verified-token.ts';
import type { Verifier } from './verifier.ts';

// The cache promises ten things; each test that shows one carries its number.

const certificates = [Buffer.from('certificate one'), Buffer.from('certificate two')] as const;
const fingerprint = (certificate: Uint8Array) => createHash('sha256').update(certificate).digest('base64url');

/** In place of the keys of the issuer, under their own kids. */
const strangers = Array.from({ length: 3 }, () => newKey('ES256').jwk);

/** Everything around a verifier that can change under it. */
class World {
  readonly clock = new FakeClock();
  readonly issuer: TestIssuer = createTestIssuer({ clock: this.clock });
  feedIsUp = true;
  keysAreDead = false;
  #published: Pick<TestKeySet, 'epoch' | 'version'> & { readonly keys: readonly object[] } = this.issuer.jwks();
  readonly #listeners: KeySetListener[] = [];
  /** All that was ever revoked, each as it is now. */
  readonly #revoked = new Map<string, RevokedEntry>();
  readonly #documents: RevocationsClaims[] = [];
  readonly #held = new HeldRevocations(0);
  signatures = 0;

  readonly revocations: Revocations = {
    statusOf: (token: RevocableToken) => {
      if (!this.feedIsUp) return 'unknown';
      return this.#held.isRevoked(token) ? 'revoked' : 'clear';
    },
  };

  /** @param issuedBefore absent: whenever it was issued; `null`: not revoked any more */
  revoke(kind: RevocationKind, id: string, issuedBefore?: number | null): void {
    const until = this.clock.now() / 1000 + 10_000;
    if (issuedBefore === null) this.#revoked.delete(`${kind} ${id}`);
    else
      this.#revoked.set(
        `${kind} ${id}`,
        issuedBefore === undefined ? [kind, id, until] : [kind, id, until, issuedBefore],
      );
    this.#publish();
  }

  /** Somebody shows an old document again. */
  replay(index: number): void {
    const old = this.#documents[index % Math.max(1, this.#documents.length)];
    if (old) this.#held.take(old, { sentAt: this.clock.now(), receivedAt: this.clock.now() });
  }

  #publish(): void {
    const asOf = this.clock.now() / 1000;
    const document: RevocationsClaims = {
      ...{ iss: '', aud: REVOCATIONS_AUDIENCE, epoch: 1, sequence: this.#documents.length + 1 },
      ...{ as_of: asOf, next_by: asOf + 100_000, revoked: [...this.#revoked.values()] },
    };
    this.#documents.push(document);
    this.#held.take(document, { sentAt: this.clock.now(), receivedAt: this.clock.now() });
  }

  verifier(cache: VerifierOptions['cache']): Verifier {
    const checks = CHECKS.map((check) => (check.name === 'signature' ? this.#counted(check) : check));
    const options = { ...this.issuer.trust, keys: this.#keys(), cache: cache ?? true };
    return assembleVerifier(options, { checks, revocations: this.revocations });
  }

  #counted(check: RegisteredCheck): RegisteredCheck {
    const refuse = (...args: Parameters<RegisteredCheck['refuse']>) => {
      this.signatures += 1;
      return (check.refuse as (...all: typeof args) => ReturnType<RegisteredCheck['refuse']>)(...args);
    };
    return { ...check, refuse };
  }

  rotate(): void {
    this.issuer.rotate();
    this.publish();
  }

  remove(kid: string): void {
    this.issuer.remove(kid);
    this.publish();
  }

  publish(keys: readonly object[] = this.issuer.jwks().keys): void {
    this.#published = { keys, epoch: 1, version: this.#published.version + 1 };
    for (const listener of this.#listeners) listener.offer({ body: this.#body, asOf: this.clock.now() });
  }

  /** A set of the issuer in which kids, all or the first, name other keys. */
  forge(count: number): void {
    const { keys } = this.issuer.jwks();
    this.publish(keys.map((jwk, index) => (index < count ? { ...strangers[index % 3], kid: jwk.kid } : jwk)));
  }

  get #body(): Buffer {
    return Buffer.from(JSON.stringify(this.#published));
  }

  /** The cache of a remote set, that is told at once of each change. */
  #keys(): KeySource {
    const feed: KeySetFeed = {
      isAuthenticated: true,
      open: (listener) => {
        this.#listeners.push(listener);
        listener.offer({ body: this.#body, asOf: this.clock.now() });
        return () => undefined;
      },
    };
    const fetch = () => Promise.resolve({ status: 'changed' as const, body: this.#body });
    return {
      open: (context) => {
        const cache = new KeyCache({ context, timing: keyTiming({}, 1), fetch, feed, random: () => 0.5 });
        const state = () => (this.keysAreDead ? 'dead' : cache.state);
        return {
          get state() {
            return state();
          },
          get snapshot() {
            return cache.snapshot;
          },
          retryAfterSeconds: 1,
          ready: () => cache.ready(0),
          consult: (kid, milliseconds) => cache.consult(kid, milliseconds),
          close: () => cache.close(),
        };
      },
    };
  }
}

type Step =
  | {
      readonly do: 'issue';
      readonly client: number;
      readonly lifetime: number;
      readonly nbf: number;
      readonly bound: number;
    }
  | { readonly do: 'verify'; readonly token: number; readonly certificate: number; readonly damaged: boolean }
  | { readonly do: 'advance'; readonly seconds: number }
  | { readonly do: 'rotate' | 'feed' | 'die' | 'publish' }
  | { readonly do: 'forge'; readonly count: number }
  | { readonly do: 'remove'; readonly key: number }
  | {
      readonly do: 'revoke';
      readonly token: number;
      readonly what: RevocationKind;
      readonly how: 'all' | 'before' | 'not';
    }
  | { readonly do: 'replay'; readonly document: number };

const weighted = (weight: number, record: Record<string, fc.Arbitrary<unknown>>) => ({
  weight,
  arbitrary: fc.record(record) as fc.Arbitrary<Step>,
});
const small = fc.nat(7);

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(4, {
    do: fc.constant('issue'),
    client: fc.nat(2),
    lifetime: fc.constantFrom(1, 60, 300, 900, 901),
    nbf: fc.constantFrom(0, 0, 0, 30, 120),
    bound: fc.nat(3),
  }),
  weighted(14, {
    do: fc.constant('verify'),
    token: small,
    certificate: fc.nat(2),
    damaged: fc.constantFrom(true, false, false, false, false),
  }),
  weighted(4, { do: fc.constant('advance'), seconds: fc.constantFrom(0, 1, 19, 20, 21, 60, 300) }),
  weighted(1, { do: fc.constantFrom('rotate', 'feed', 'die', 'publish') }),
  weighted(1, { do: fc.constant('forge'), count: fc.constantFrom(1, 8) }),
  weighted(1, { do: fc.constant('remove'), key: small }),
  weighted(2, {
    do: fc.constant('revoke'),
    token: small,
    what: fc.constantFrom('token', 'client', 'key'),
    how: fc.constantFrom('all', 'before', 'not'),
  }),
  weighted(1, { do: fc.constant('replay'), document: fc.nat(20) }),
);

/** Plays the steps and asks both verifiers the same at each `verify`. */
class Play {
  readonly world = new World();
  readonly cached = this.world.verifier(true);
  readonly oracle = this.world.verifier(false);
  readonly issued: { readonly token: string; readonly claims: Record<string, unknown>; readonly kid: string }[] = [];
  readonly verdicts: [cached: unknown, oracle: unknown][] = [];

  async take(next: Step): Promise<void> {
    const { world } = this;
    switch (next.do) {
      case 'issue':
        return this.#issue(next);
      case 'verify':
        return this.#verify(next);
      case 'advance':
        return world.clock.advance(next.seconds * 1000);
      case 'rotate':
        return world.rotate();
      case 'publish':
        return world.publish();
      case 'forge':
        return world.forge(next.count);
      case 'remove':
        return this.#remove(next.key);
      case 'revoke':
        return this.#revoke(next);
      case 'replay':
        return world.replay(next.document);
      case 'feed':
        return void (world.feedIsUp = !world.feedIsUp);
      case 'die':
        return void (world.keysAreDead = !world.keysAreDead);
    }
  }

  #issue({ client, lifetime, nbf, bound }: Step & { do: 'issue' }): void {
    const { issuer } = this.world;
    const now = issuer.now();
    const certificate = certificates[bound];
    const claims = {
      ...issuer.claims(),
      client_id: `client-${client}`,
      exp: now + lifetime,
      ...(nbf > 0 && { nbf: now + nbf }),
      ...(certificate && { cnf: { 'x5t#S256': fingerprint(certificate) } }),
    };
    this.issued.push({ token: issuer.sign({ claims }), claims, kid: issuer.key.kid });
  }

  async #verify({ token, certificate, damaged }: Step & { do: 'verify' }): Promise<void> {
    const chosen = this.issued[token % Math.max(1, this.issued.length)];
    if (!chosen) return;
    const text = damaged ? `${chosen.token.slice(0, -2)}AA` : chosen.token;
    const clientCertificate = certificates[certificate];
    const evidence: Evidence = clientCertificate ? { clientCertificate } : {};
    this.verdicts.push([await this.cached.verify(text, evidence), await this.oracle.verify(text, evidence)]);
  }

  #remove(index: number): void {
    const { keys } = this.world.issuer.jwks();
    if (keys.length > 1) this.world.remove(keys[index % keys.length]!.kid);
  }

  #revoke({ token, what, how }: Step & { do: 'revoke' }): void {
    const chosen = this.issued[token % Math.max(1, this.issued.length)];
    if (!chosen) return;
    const id = { token: chosen.claims['jti'], client: chosen.claims['client_id'], key: chosen.kid }[what];
    const issuedBefore = { all: undefined, before: this.world.issuer.now(), not: null }[how];
    this.world.revoke(what, String(id), issuedBefore);
  }
}

describe('the verdict cache beside an uncached oracle', () => {
  it(
    `1, 10: says at every moment what a full verification says, whatever happens in between (seed ${FUZZ_SEED})`,
    async () => {
      let hits = 0;
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), async (steps) => {
          const play = new Play();
          for (const next of steps) await play.take(next);
          for (const [cached, oracle] of play.verdicts) {
            expect(cached).toEqual(oracle);
            seen.add((oracle as { code?: string }).code ?? 'OK');
          }
          hits += 2 * play.verdicts.length - play.world.signatures;
        }),
        { numRuns: Math.ceil(FUZZ_RUNS / 40), seed: FUZZ_SEED },
      );
      // The property would hold for a cache that never hits, or in a world where nothing changes.
      expect(hits).toBeGreaterThan(100);
      const reached = ['OK', 'TOKEN_EXPIRED', 'NOT_YET_VALID', 'KEY_UNKNOWN', 'KEYS_UNAVAILABLE', 'TOKEN_REVOKED'];
      expect([...seen]).toEqual(
        expect.arrayContaining([
          ...reached,
          'REVOCATION_UNAVAILABLE',
          'BINDING_MISSING',
          'BINDING_MISMATCH',
          'LIFETIME_EXCEEDED',
        ]),
      );
    },
    FUZZ_TIMEOUT,
  );
});

describe('the verdict cache', () => {
  const warm = async (claims: Record<string, unknown> = {}, evidence?: Evidence) => {
    const world = new World();
    const verifier = world.verifier(true);
    const token = world.issuer.token(claims);
    const verdict = await verifier.verify(token, evidence);
    expect(world.signatures).toBe(1);
    const again = (now?: Evidence) => verifier.verify(token, now);
    return { world, verifier, token, verdict, again };
  };

  it('verifies one signature, not two', async () => {
    const { world, verdict, again } = await warm();
    await expect(again()).resolves.toEqual(verdict);
    expect([verdict.ok, world.signatures]).toEqual([true, 1]);
  });

  it('2: asks the times at every hit', async () => {
    const { world, again } = await warm();
    await world.clock.advance(319_000);
    await expect(again()).resolves.toMatchObject({ ok: true });
    await world.clock.advance(1_000);
    await expect(again()).resolves.toEqual({ ok: false, code: 'TOKEN_EXPIRED' });
    expect(world.signatures).toBe(1);
  });

  it('2: lets a token in that had been too early', async () => {
    const world = new World();
    const verifier = world.verifier(true);
    const token = world.issuer.token({ nbf: world.issuer.now() + 60 });
    await expect(verifier.verify(token)).resolves.toEqual({ ok: false, code: 'NOT_YET_VALID' });
    await world.clock.advance(40_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: true });
  });

  it('3: forgets a token whose key was removed, and keeps one whose key is still there', async () => {
    const { world, verifier, again } = await warm();
    const { kid } = world.issuer.key;
    world.rotate();
    await expect(again()).resolves.toMatchObject({ ok: true });
    const fresh = world.issuer.token();
    await verifier.verify(fresh);
    expect(world.signatures).toBe(2);
    world.remove(kid);
    await expect(again()).resolves.toEqual({ ok: false, code: 'KEY_UNKNOWN' });
    await expect(verifier.verify(fresh)).resolves.toMatchObject({ ok: true });
    expect(world.signatures).toBe(2);
  });

  it('3: forgets a removed key also where all keys had been lost in between', async () => {
    const { world, again } = await warm();
    world.forge(1);
    await expect(again()).resolves.toMatchObject({ ok: false, code: 'KEYS_UNAVAILABLE' });
    const { kid } = world.issuer.key;
    world.rotate();
    world.remove(kid);
    await expect(again()).resolves.toEqual({ ok: false, code: 'KEY_UNKNOWN' });
  });

  it('3: does not take another algorithm of the same key for the same key', () => {
    const { keys } = createTestIssuer({ algorithm: 'EdDSA' }).jwks();
    const clock = new FakeClock();
    const snapshotOf = (alg: string, generation: number): KeySnapshot => {
      const source = localKeySet({ keys: [{ ...keys[0]!, alg }] });
      const context = { issuer: '', clock, timeScale: 1, observer: {} as never };
      return { ...source.open(context).snapshot!, generation };
    };
    const [one, other] = [snapshotOf('EdDSA', 1), snapshotOf('Ed25519', 3)];
    const kid = keys[0]!.kid;
    const cache = new VerdictCache(1 << 20, NO_POLICY);
    cache.insert('token', verifiedToken(kid, one.keys.get(kid)!, { client_id: 'a' }), one, one);
    expect(cache.find('token', { ...one, generation: 2 })).toBeDefined();
    expect(cache.find('token', other)).toBeUndefined();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  it('4: hears of a revocation, of a token, a client or a key, at the next hit', async () => {
    for (const what of ['token', 'client', 'key'] as const) {
      const { world, again } = await warm({ jti: 'token-1', client_id: 'orders' });
      const id = { token: 'token-1', client: 'orders', key: world.issuer.key.kid }[what];
      world.revoke(what, id);
      await expect(again()).resolves.toEqual({ ok: false, code: 'TOKEN_REVOKED' });
      world.revoke(what, id, null);
      await expect(again()).resolves.toMatchObject({ ok: true });
      expect(world.signatures).toBe(1);
    }
  });

  it('4: hears at the next hit that only what was issued before is revoked, and of no older document', async () => {
    const { world, verifier, again } = await warm();
    await world.clock.advance(60_000);
    world.revoke('client', 'orders');
    world.revoke('client', 'orders', world.issuer.now());
    await expect(again()).resolves.toEqual({ ok: false, code: 'TOKEN_REVOKED' });
    const fresh = world.issuer.token();
    await expect(verifier.verify(fresh)).resolves.toMatchObject({ ok: true });
    world.replay(0);
    await expect(verifier.verify(fresh)).resolves.toMatchObject({ ok: true });
    expect(world.signatures).toBe(2);
  });

  it('5: asks for the binding at every hit', async () => {
    const [clientCertificate, other] = certificates;
    const cnf = { 'x5t#S256': fingerprint(clientCertificate) };
    const { world, again } = await warm({ cnf }, { clientCertificate });
    await expect(again({ clientCertificate })).resolves.toMatchObject({ ok: true });
    await expect(again({})).resolves.toEqual({ ok: false, code: 'BINDING_MISSING' });
    await expect(again({ clientCertificate: other })).resolves.toEqual({ ok: false, code: 'BINDING_MISMATCH' });
    await expect(again({ clientCertificate })).resolves.toMatchObject({ ok: true });
    expect(world.signatures).toBe(1);
  });

  it('5: asks for the scope at every operation', async () => {
    const { verdict, again } = await warm({ scope: 'stock:read' });
    const hit = await again();
    if (!verdict.ok || !hit.ok) throw new Error('refused');
    expect(requireScopes(hit.caller, ['stock:read'])).toMatchObject({ ok: true });
    expect(requireScopes(hit.caller, ['stock:reserve'])).toEqual({ ok: false, code: 'SCOPE_INSUFFICIENT' });
  });

  it('7: hands out what cannot be changed', async () => {
    const { again } = await warm();
    const verdict = await again();
    if (!verdict.ok) throw new Error(verdict.code);
    expect(() => (verdict.caller.scopes as string[]).push('admin')).toThrow(TypeError);
    expect(() => Object.defineProperty(verdict.caller, 'clientId', { value: 'root' })).toThrow(TypeError);
    expect(() => Object.assign(verdict, { ok: false })).toThrow(TypeError);
    await expect(again()).resolves.toMatchObject({ caller: { clientId: 'orders', scopes: ['stock:read'] } });
  });

  it('8: throws away an insert that a key swap has overtaken', async () => {
    const world = new World();
    const issuer = world.issuer;
    const late = issuer.key;
    issuer.rotate();
    const store = issuer.trust.keys.open({ issuer: '', clock: world.clock, timeScale: 1, observer: {} as never });
    let reads = 0;
    let overtaken: KeySnapshot | undefined;
    const keys: KeySource = {
      open: () => ({
        state: 'fresh',
        // What is read for the signature is the old set; whoever looks again sees the new one.
        get snapshot() {
          reads += 1;
          return overtaken && reads > 1 ? store.snapshot : (overtaken ?? store.snapshot);
        },
        retryAfterSeconds: 1,
        ready: () => Promise.resolve(),
        consult: () => Promise.resolve('settled'),
        close: () => undefined,
      }),
    };
    let signatures = 0;
    const checks = CHECKS.map((check) =>
      check.name === 'signature' ? { ...check, refuse: () => void (signatures += 1) } : check,
    );
    const verifier = assembleVerifier({ ...issuer.trust, keys }, { checks, revocations: world.revocations });
    const token = issuer.sign({ key: late });
    overtaken = store.snapshot;
    issuer.remove(late.kid);
    reads = 0;
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: true });
    overtaken = undefined;
    await expect(verifier.verify(token)).resolves.toEqual({ ok: false, code: 'KEY_UNKNOWN' });
    expect(signatures).toBe(1);
  });

  it('9: never remembers that something could not be determined', async () => {
    const world = new World();
    const verifier = world.verifier(true);
    const token = world.issuer.token();
    world.keysAreDead = true;
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: false, code: 'KEYS_UNAVAILABLE' });
    world.keysAreDead = false;
    world.feedIsUp = false;
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: false, code: 'REVOCATION_UNAVAILABLE' });
    world.feedIsUp = true;
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: true });
    world.keysAreDead = true;
    await expect(verifier.verify(token)).resolves.toMatchObject({ ok: false, code: 'KEYS_UNAVAILABLE' });
  });

  it('remembers no token that was refused', async () => {
    const world = new World();
    const verifier = world.verifier(true);
    const forged = world.issuer.broken('forged');
    await verifier.verify(forged);
    await expect(verifier.verify(forged)).resolves.toEqual({ ok: false, code: 'SIGNATURE_INVALID' });
    expect(world.signatures).toBe(2);
  });

  it('takes only the exact bytes', async () => {
    const { verifier, token } = await warm();
    for (const text of [`${token}=`, ` ${token}`, `${token}\0`, token.toUpperCase(), `${token}.`]) {
      await expect(verifier.verify(text)).resolves.toMatchObject({ ok: false });
    }
  });
});

describe('6: the room of the verdict cache', () => {
  const { keys } = createTestIssuer().jwks();
  const clock = new FakeClock();
  const context = { issuer: '', clock, timeScale: 1, observer: {} as never };
  const snapshot = localKeySet({ keys }).open(context).snapshot!;
  const key = snapshot.keys.get(keys[0]!.kid)!;
  const verified = (clientId: string, scope = 'stock:read') =>
    verifiedToken(keys[0]!.kid, key, { client_id: clientId, sub: clientId, aud: 'a', iss: 'i', jti: 'j', scope });
  const MAX_BYTES = 1 << 20;

  it('is bounded under unique tokens, and all of it is given back', () => {
    const cache = new VerdictCache(MAX_BYTES, NO_POLICY);
    for (let index = 0; index < 5_000; index++) {
      cache.insert(`token-${index}`, verified(`client-${index % 100}`), snapshot, snapshot);
      if (cache.bytes > MAX_BYTES) throw new Error(`${cache.bytes} bytes`);
    }
    expect(cache.size).toBeGreaterThan(500);
    expect(cache.size).toBeLessThan(MAX_BYTES / 700);
    const gone = { ...snapshot, keys: new Map(), generation: 2 };
    for (let index = 0; index < 5_000; index++) expect(cache.find(`token-${index}`, gone)).toBeUndefined();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  it('counts no less than an entry takes', () => {
    for (const scope of ['a', Array.from({ length: 900 }, (_, index) => `s${index.toString(36)}`).join(' ')]) {
      const cache = new VerdictCache(1 << 26, NO_POLICY);
      const before = bytesInUse();
      for (let index = 0; index < 1_000; index++) {
        // Parsed anew each time, as tokens are: no two entries share a string.
        const claims = JSON.parse(
          JSON.stringify({ client_id: `client-${index}`, sub: 's', aud: 'a', iss: 'i', jti: `${index}`, scope }),
        );
        cache.insert(`token-${index}`, verifiedToken(keys[0]!.kid, key, claims as never), snapshot, snapshot);
      }
      expect(bytesInUse() - before).toBeLessThan(cache.bytes);
      expect(cache.size).toBe(1_000);
    }
  });

  it('is shared out: one client with many tokens pushes out only its own', () => {
    const cache = new VerdictCache(MAX_BYTES, NO_POLICY);
    for (let index = 0; index < 50; index++)
      cache.insert(`quiet-${index}`, verified(`quiet-${index}`), snapshot, snapshot);
    for (let index = 0; index < 10_000; index++) cache.insert(`loud-${index}`, verified('loud'), snapshot, snapshot);
    for (let index = 0; index < 50; index++) expect(cache.find(`quiet-${index}`, snapshot)).toBeDefined();
    expect(cache.find('loud-9999', snapshot)).toBeDefined();
    expect(cache.find('loud-0', snapshot)).toBeUndefined();
    expect(cache.bytes).toBeLessThan(MAX_BYTES / 4);
  });

  it('keeps what is used', () => {
    const cache = new VerdictCache(MAX_BYTES, NO_POLICY);
    for (let index = 0; index < 5_000; index++) {
      cache.insert(`token-${index}`, verified(`client-${index % 100}`), snapshot, snapshot);
      expect(cache.find('token-0', snapshot)).toBeDefined();
    }
  });

  it('8: takes nothing that was verified with another key set than the present one', () => {
    const cache = new VerdictCache(MAX_BYTES, NO_POLICY);
    cache.insert('overtaken', verified('client'), snapshot, { ...snapshot, generation: 2 });
    cache.insert('closed', verified('client'), snapshot, undefined);
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  it('knows tokens by a digest of 32 bytes that is of one policy alone', () => {
    const token = createTestIssuer().token();
    const policies = [
      NO_POLICY,
      { ...NO_POLICY, audience: 'other' },
      { ...NO_POLICY, algorithms: new Set(['ES256']) },
      { ...NO_POLICY, leewaySeconds: 20 },
    ];
    const digests = policies.map((policy) => tokenDigest(policy)(token));
    expect(new Set(digests).size).toBe(policies.length);
    expect(digests.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
    expect(tokenDigest(NO_POLICY)(`${token} `)).not.toBe(digests[0]);
  });
});
