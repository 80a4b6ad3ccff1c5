import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PublicJwk } from '@mintmark/jws';
import { RequestError } from '../../model/errors.ts';
import { digestOfKeys, type KeySet } from '../../model/key-set.ts';
import {
  activateKey,
  deactivateKey,
  destroyKey,
  compromiseKey,
  freezeTiming,
  publishKey,
  secondsAfter,
  type ActiveSigningKey,
  type PublishedKey,
  type SigningKey,
} from '../../model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../model/timing.ts';
import type { ActiveKey } from './held-keys.ts';
import { KeyRing } from './key-ring.ts';

const T0 = new Date('2026-01-01T00:00:00Z');
const Z = timing.signingLeaseSeconds;

let wall: number;
let monotonic: number;
let ring: KeyRing;

const clock = { now: () => new Date(wall), monotonic: () => monotonic };
const sign: ActiveKey['sign'] = (input) => input;
/** In use. */
let used: readonly ('ES256' | 'EdDSA')[];
const algorithms = () => used;

beforeEach(() => {
  wall = T0.getTime();
  monotonic = 50;
  used = ['ES256'];
  ring = new KeyRing({ clock, timing, algorithms });
});

function pass(seconds: number): void {
  wall += seconds * 1000;
  monotonic += seconds;
}

function standby(kid: string, algorithm: 'ES256' | 'EdDSA' = 'ES256'): PublishedKey {
  const publicJwk = { kty: 'EC', crv: 'P-256', x: `x-${kid}`, y: 'y', alg: algorithm, use: 'sig', kid } as PublicJwk;
  const intent = { id: kid, algorithm, state: 'generating', createdAt: T0 } as const;
  return publishKey(intent, { publicJwk, handle: `local:${kid}` }, freezeTiming(timing), T0);
}

function signer(kid: string, algorithm: 'ES256' | 'EdDSA' = 'ES256'): ActiveSigningKey {
  return activateKey(standby(kid, algorithm), timing, T0);
}

function setOf(version: number, ...keys: readonly SigningKey[]): KeySet {
  return { epoch: 1, version, digest: digestOfKeys(keys), firstActivatedAt: T0, keys };
}

/** The ring hears of a set now. */
function hear(set: KeySet, signing = new Map(set.keys.map(({ id }) => [id, sign] as const))): void {
  ring.accept(set, signing, ring.contact());
}

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'no error';
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return (error as RequestError).code;
  }
}

describe('a key ring that has heard nothing', () => {
  it('neither signs nor serves a key set, least of all an empty one', () => {
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_SEALED');
    expect(codeOf(() => ring.publicKeySet())).toBe('SIGNING_SEALED');
    expect(ring.readiness()).toEqual({ ready: false, reasons: ['no key set is loaded'] });
    ring.missed('the disk is full');
    expect(ring.readiness()).toEqual({ ready: false, reasons: ['no key set is loaded: the disk is full'] });
  });

  it('serves no set in which nothing verifies', () => {
    hear(setOf(1, { id: 'a', algorithm: 'ES256', state: 'generating', createdAt: T0 }));
    expect(codeOf(() => ring.publicKeySet())).toBe('SIGNING_SEALED');
    expect(ring.readiness()).toEqual({ ready: false, reasons: ['no key is active'] });
  });
});

describe('a key ring', () => {
  it('hands out the active key with what it may promise', () => {
    const key = signer('a');
    hear(setOf(3, key, standby('b')));
    expect(ring.active('ES256')).toEqual({
      kid: 'a',
      algorithm: 'ES256',
      latestExpiry: secondsAfter(key.verifyUntil, -30),
      maxTokenLifetimeSeconds: 900,
      sign,
    });
    expect(ring.release('token', ring.active('ES256'))).toBe('token');
    expect(ring.readiness()).toEqual({ ready: true });
  });

  it('is sealed for one algorithm and signs with the other', () => {
    const signing = new Map<string, ActiveKey['sign'] | string>([
      ['a', sign],
      ['x', 'the HSM is gone'],
    ]);
    ring.accept(setOf(3, signer('a'), signer('x', 'EdDSA')), signing, ring.contact());
    expect(ring.active('ES256').kid).toBe('a');
    expect(codeOf(() => ring.active('EdDSA'))).toBe('SIGNING_SEALED');
    expect(ring.readiness()).toEqual({ ready: true, sealed: ['EdDSA is sealed: the HSM is gone'] });
  });

  it('says of each algorithm in use that it cannot sign, while another one does', () => {
    used = ['ES256', 'EdDSA'];
    hear(setOf(3, signer('a')));
    expect(ring.readiness()).toEqual({ ready: true, sealed: ['EdDSA is sealed: no key is active'] });
    expect([...ring.signing()]).toEqual([
      ['ES256', true],
      ['EdDSA', false],
    ]);
    const later = activateKey(standby('b'), timing, secondsAfter(T0, 1));
    const key = signer('x', 'EdDSA');
    hear(setOf(4, later, key));
    wall = key.signNotAfter.getTime();
    ring.renew(ring.contact());
    const reason = expect.stringMatching(/^EdDSA is sealed: x may not sign since/);
    expect(ring.readiness()).toEqual({ ready: true, sealed: [reason] });
    used = ['ES256'];
    hear(setOf(5, later));
    expect(ring.readiness()).toEqual({ ready: true });
  });

  it('says why it is sealed, to operators and not to callers', () => {
    ring.accept(setOf(3, signer('a')), new Map([['a', 'the key file is gone']]), ring.contact());
    expect(ring.readiness()).toEqual({ ready: false, reasons: ['ES256 is sealed: the key file is gone'] });
    try {
      ring.active('ES256');
    } catch (error) {
      expect((error as RequestError).message).not.toContain('key file');
      expect((error as RequestError).facts).toEqual({ reason: 'the key file is gone' });
    }
    expect.assertions(3);
  });

  it('stops signing at the end of the key, and goes on serving it', () => {
    const key = signer('a');
    hear(setOf(3, key));
    const ready = ring.active('ES256');
    wall = key.signNotAfter.getTime() - 1;
    ring.renew(ring.contact());
    expect(ring.active('ES256').kid).toBe('a');
    wall += 1;
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_SEALED');
    expect(codeOf(() => ring.release('token', ready))).toBe('SIGNING_SEALED');
    expect(ring.readiness()).toMatchObject({ ready: false, reasons: [expect.stringMatching(/a may not sign since/)] });
    expect(ring.publicKeySet().body).toContain('"a"');
  });
});

describe('a token that may have any algorithm', () => {
  const [ecdsa, eddsa] = [signer('a'), signer('x', 'EdDSA')];

  it('has the usual one where that signs', () => {
    hear(setOf(3, ecdsa, eddsa));
    expect(ring.activeOrOther('EdDSA').kid).toBe('x');
    expect(ring.activeOrOther('ES256').kid).toBe('a');
  });

  it('has another while the usual one waits for its first key', () => {
    hear(setOf(3, standby('b'), eddsa));
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_SEALED');
    expect(ring.activeOrOther('ES256').kid).toBe('x');
  });

  it('has another while the usual one is sealed, has failed, or came to its end', () => {
    const signing = new Map<string, ActiveKey['sign'] | string>([['a', 'the HSM is gone']]);
    ring.accept(setOf(3, ecdsa, eddsa), signing.set('x', sign), ring.contact());
    expect(ring.activeOrOther('ES256').kid).toBe('x');
    hear(setOf(4, ecdsa, eddsa));
    ring.failed('a', 'the HSM is gone');
    expect(ring.activeOrOther('ES256').kid).toBe('x');
    hear(setOf(5, ecdsa, activateKey(standby('y', 'EdDSA'), timing, secondsAfter(T0, 1))));
    wall = ecdsa.signNotAfter.getTime();
    ring.renew(ring.contact());
    expect(ring.activeOrOther('ES256').kid).toBe('y');
  });

  it('is refused as one of the usual one where nothing signs', () => {
    expect(codeOf(() => ring.activeOrOther('ES256'))).toBe('SIGNING_SEALED');
    hear(setOf(3, ecdsa, eddsa));
    pass(Z);
    expect(codeOf(() => ring.activeOrOther('ES256'))).toBe('SIGNING_LEASE_LAPSED');
  });
});

describe('an algorithm without a key that signs', () => {
  const refusal = (algorithm: 'ES256' | 'EdDSA') => {
    try {
      ring.active(algorithm);
    } catch (error) {
      return error as RequestError;
    }
    throw new Error('it signs');
  };

  it('says when its next key does, where one is published already', () => {
    hear(setOf(3, signer('a'), standby('b', 'EdDSA')));
    const at = secondsAfter(T0, timing.publishAheadSeconds);
    expect(refusal('EdDSA')).toMatchObject({
      code: 'SIGNING_SEALED',
      message: expect.stringContaining(`The next EdDSA key signs from ${at.toISOString()} on`),
      told: { notBefore: at },
    });
  });

  it('promises nothing where none is, or where its key cannot be opened', () => {
    hear(setOf(3, signer('a')));
    expect(refusal('EdDSA').message).toBe('No key can sign EdDSA tokens now. Retry later.');
    hear(setOf(4, signer('a'), standby('b')), new Map([['a', 'the token is gone' as never]]));
    expect(refusal('ES256')).toMatchObject({ facts: { reason: 'the token is gone' }, told: {} });
  });
});

describe('the signing lease', () => {
  beforeEach(() => hear(setOf(3, signer('a'), standby('b'))));

  it.each([
    ['time passed', () => pass(Z), /no contact with the database/],
    ['the wall clock leapt, as after a suspension', () => void (wall += Z * 1000), /clock leapt by 300\.0 s/],
    [
      'the wall clock was set back while time passed',
      () => void ((wall -= 3_600_000), (monotonic += Z)),
      /clock leapt by -3900\.0 s/,
    ],
    ['the wall clock was set forward by more than ε', () => void (wall += 10_001), /clock leapt by 10\.0 s/],
    ['the wall clock was set back by more than ε', () => void (wall -= 10_001), /clock leapt by -10\.0 s/],
  ])('lapses when %s', (_how, happen, reason) => {
    const key = ring.active('ES256');
    happen();
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_LEASE_LAPSED');
    expect(codeOf(() => ring.release('token', key))).toBe('SIGNING_LEASE_LAPSED');
    expect(ring.readiness()).toMatchObject({
      ready: false,
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('holds until then', () => {
    pass(Z - 0.001);
    expect(ring.release('token', ring.active('ES256'))).toBe('token');
  });

  it('counts from when the question was sent, not from when it was answered', () => {
    pass(10);
    const sent = ring.contact();
    pass(100);
    ring.renew(sent);
    pass(Z - 100.001);
    expect(ring.active('ES256').kid).toBe('a');
    pass(0.001);
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('is not shortened by an answer that was overtaken', () => {
    const early = ring.contact();
    pass(100);
    ring.renew(ring.contact());
    ring.renew(early);
    pass(Z - 0.001);
    expect(ring.active('ES256').kid).toBe('a');
  });

  it('is no longer than the one the key was published with', () => {
    ring = new KeyRing({ clock, algorithms, timing: { ...timing, signingLeaseSeconds: 10 * Z } });
    hear(setOf(3, signer('a')));
    pass(Z);
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('comes back with the next answer, and readiness forgets the trouble', () => {
    pass(Z);
    ring.missed('connection refused');
    expect(ring.readiness()).toMatchObject({ reasons: [expect.stringMatching(/: connection refused$/)] });
    ring.renew(ring.contact());
    expect(ring.readiness()).toEqual({ ready: true });
  });
});

describe('a token whose key was retired while it was made', () => {
  let key: ActiveKey;

  beforeEach(() => {
    hear(setOf(3, signer('a'), standby('b')));
    key = ring.active('ES256');
    pass(100);
    hear(setOf(4, deactivateKey(signer('a'), new Date(wall)), activateKey(standby('b'), timing, new Date(wall))));
  });

  it('still leaves, so that a rotation fails no request', () => {
    expect(ring.active('ES256').kid).toBe('b');
    expect(ring.release('token', key)).toBe('token');
  });

  it('leaves no later than Z after, less the clock error, even under a fresh lease', () => {
    pass(Z - timing.clockErrorSeconds - 0.001);
    ring.renew(ring.contact());
    expect(ring.release('token', key)).toBe('token');
    pass(0.001);
    ring.renew(ring.contact());
    expect(codeOf(() => ring.release('token', key))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('does not leave without a lease', () => {
    ring.accept(
      setOf(5, deactivateKey(signer('a'), new Date(wall + 250_000)), standby('b')),
      new Map(),
      ring.contact(),
    );
    pass(Z);
    expect(codeOf(() => ring.release('token', key))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('does not leave once the key is gone from the set', () => {
    const gone = destroyKey(deactivateKey(signer('a'), T0), T0);
    hear(setOf(5, gone, activateKey(standby('b'), timing, T0)));
    expect(codeOf(() => ring.release('token', key))).toBe('SIGNING_LEASE_LAPSED');
  });
});

describe('versions', () => {
  const set = setOf(7, signer('a'), standby('b'));
  beforeEach(() => hear(set));

  it.each([
    ['an earlier version', { ...set, version: 6 }, /went back from key-set version 1\.7 to 1\.6/],
    ['an earlier epoch', { ...set, epoch: 0, version: 99 }, /went back/],
    ['another set of the same version', setOf(7, signer('c')), /another key set of version 1\.7/],
  ])('%s is refused, and does not renew the lease', (_what, offered, message) => {
    pass(Z / 2);
    expect(() => hear(offered)).toThrow(message);
    expect(ring.active('ES256').kid).toBe('a');
    pass(Z / 2);
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('the same again, a later version and a later epoch are taken', () => {
    hear(set);
    hear(setOf(8, signer('c')));
    hear({ ...setOf(1, signer('d')), epoch: 2 });
    expect(ring.active('ES256').kid).toBe('d');
  });

  it('one that a later one overtook on its way is not taken, nor refused unless it is older than what was held when it was sent', () => {
    const sent = ring.contact();
    hear(setOf(9, signer('c')));
    const signing = new Map([['a', sign]]);
    expect(ring.accept(setOf(8, signer('a')), signing, sent)).toBe(false);
    expect(ring.active('ES256').kid).toBe('c');
    expect(() => ring.accept(setOf(6, signer('a')), signing, sent)).toThrow(
      /went back from key-set version 1\.7 to 1\.6/,
    );
    expect(() => ring.accept(setOf(9, signer('a')), signing, sent)).toThrow(/another key set of version 1\.9/);
  });

  it('what is held is told by version and digest, unless a key is still to be opened', () => {
    expect(ring.holds(set)).toBe(true);
    expect(ring.holds({ ...set, version: 8 })).toBe(false);
    expect(ring.holds({ ...set, epoch: 2 })).toBe(false);
    expect(ring.holds({ ...set, digest: 'other' })).toBe(false);
    ring.accept(setOf(8, signer('a')), new Map([['a', 'sealed']]), ring.contact());
    expect(ring.holds(setOf(8, signer('a')))).toBe(false);
  });
});

describe('the published key set', () => {
  const retired = deactivateKey(signer('old'), T0);
  const keys = [destroyKey(retired, T0), retired, signer('a'), standby('b')] as const;

  it('holds what is published, active or retired, each with the members verifiers need, and the version', () => {
    hear(setOf(9, ...keys.slice(1), { id: 'x', algorithm: 'ES256', state: 'generating', createdAt: T0 }));
    const body = JSON.parse(ring.publicKeySet().body) as Record<string, unknown>;
    const jwk = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: `x-${kid}`, y: 'y', kid, alg: 'ES256', use: 'sig' });
    expect(body).toEqual({ keys: [jwk('a'), jwk('b'), jwk('old')], epoch: 1, version: 9 });
  });

  it('leaves compromised keys out at once', () => {
    hear(setOf(9, signer('a'), compromiseKey(standby('bad'), new Date(0))));
    expect(ring.publicKeySet().body).not.toContain('bad');
  });

  it('refuses to be made of a private key', () => {
    const leaky = { ...signer('a'), publicJwk: { ...signer('a').publicJwk, d: 'secret' } };
    expect(() => hear(setOf(9, leaky))).toThrow(/private member/);
    expect(() => hear(setOf(9, leaky))).not.toThrow(/secret/);
  });

  it('has one strong entity tag for each version, and is made once for each', () => {
    hear(setOf(9, signer('a')));
    const first = ring.publicKeySet();
    expect(first.etag).toMatch(/^"[\w-]{43}"$/);
    ring.renew(ring.contact());
    expect(ring.publicKeySet().body).toBe(first.body);
    expect(ring.publicKeySet().etag).toBe(first.etag);
    hear(setOf(10, signer('a')));
    expect(ring.publicKeySet().etag).not.toBe(first.etag);
  });

  it('says how long caches may keep it, and when it was last known to be right', () => {
    hear(setOf(9, signer('a')));
    pass(60);
    expect(ring.publicKeySet()).toMatchObject({ maxAgeSeconds: 300, staleIfErrorSeconds: 600, asOf: T0 });
    ring.renew(ring.contact());
    expect(ring.publicKeySet().asOf).toEqual(new Date(wall));
  });

  it('never tells caches to keep it longer than was reckoned with', () => {
    const scaled = { ...timing, httpCacheSeconds: { maxAge: 1.9, staleIfError: 0.9 } };
    ring = new KeyRing({ clock, algorithms, timing: scaled });
    hear(setOf(9, signer('a')));
    expect(ring.publicKeySet()).toMatchObject({ maxAgeSeconds: 1, staleIfErrorSeconds: 0 });
  });

  it.each([
    ['the wall clock, which goes on while a machine is suspended', () => (wall += 1_000_000)],
    ['the monotonic clock, when the other one was set back', () => void ((wall -= 1_000_000), (monotonic += 1_000))],
  ])('is as old as either clock says: %s', (_which, jump) => {
    hear(setOf(9, signer('a')));
    jump();
    expect(codeOf(() => ring.publicKeySet())).toBe('SIGNING_LEASE_LAPSED');
  });

  it('outlives the lease, but not the moment from which it may lack a key that signs: P − A − C − ε', () => {
    hear(setOf(9, signer('a')));
    pass(890);
    expect(codeOf(() => ring.active('ES256'))).toBe('SIGNING_LEASE_LAPSED');
    expect(ring.publicKeySet().asOf).toEqual(T0);
    pass(0.001);
    expect(codeOf(() => ring.publicKeySet())).toBe('SIGNING_LEASE_LAPSED');
  });

  it.each([
    ['shorter in the set than today', 5_000, 3_600, 890],
    ['shorter today than in the set', 3_600, 5_000, 890],
    ['long everywhere', 5_000, 5_000, 2_290],
    ['shorter than it should be: then as long as the lease', 60, 60, Z],
  ])('counts on the shortest P there is, when it is %s', (_how, today, frozen, seconds) => {
    ring = new KeyRing({ clock, algorithms, timing: { ...timing, publishAheadSeconds: today } });
    const key = signer('a');
    hear(setOf(9, { ...key, frozen: { ...key.frozen, publishAheadSeconds: frozen } }));
    pass(seconds);
    expect(ring.publicKeySet().body).toContain('"a"');
    pass(0.001);
    expect(codeOf(() => ring.publicKeySet())).toBe('SIGNING_LEASE_LAPSED');
  });
});
