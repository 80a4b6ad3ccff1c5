import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer, FakeClock, type TestIssuer } from '@mintmark/testing';
import { createVerifier } from './create-verifier.ts';
import { KeyCache } from './keys/key-cache.ts';
import { keyTiming } from './keys/key-timing.ts';
import type { KeySource } from './keys/key-store.ts';
import type { KeyAlarm } from './observer.ts';
import type { Verifier } from './verifier.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The verifier's clock, and the issuer's, which goes at the same pace whatever is done to the other. */
let clock: FakeClock;
let issuer: TestIssuer;
let alarms: KeyAlarm[];
let verifier: Verifier;

beforeEach(() => start({ tellsDate: true }));

async function start({ tellsDate }: { readonly tellsDate: boolean }): Promise<void> {
  clock = new FakeClock();
  alarms = [];
  const begin = clock.now();
  const issuersNow = () => begin + clock.elapsed();
  issuer = createTestIssuer({ clock: { now: issuersNow } });
  const fetch = () =>
    Promise.resolve({
      status: 'changed' as const,
      body: Buffer.from(JSON.stringify(issuer.jwks())),
      asOf: issuersNow(),
      ...(tellsDate && { date: Math.floor(issuersNow() / 1000) * 1000 }),
    });
  const keys: KeySource = {
    open: (context) => new KeyCache({ context, timing: keyTiming({}, 1), fetch, random: () => 0.5 }),
  };
  const observer = { onAlarm: (alarm: KeyAlarm) => alarms.push(alarm) };
  verifier = createVerifier({ ...issuer.trust, keys, clock, observer });
  await verifier.ready();
}

const codeOf = async (token: string) => {
  const verdict = await verifier.verify(token);
  return verdict.ok ? 'OK' : verdict.code;
};

describe('a verifier whose clock', () => {
  it('jumps ahead cannot determine what it would have to refuse, at once and for as long as that lasts', async () => {
    clock.jump(HOUR / 2);
    await expect(verifier.verify(issuer.token())).resolves.toEqual({
      ok: false,
      code: 'CLOCK_UNRELIABLE',
      retryAfterSeconds: 1,
    });
    await clock.advance(10 * MINUTE);
    expect(await codeOf(issuer.token())).toBe('CLOCK_UNRELIABLE');
    clock.jump(-HOUR / 2);
    expect(await codeOf(issuer.token())).toBe('OK');
  });

  it('is behind neither refuses tokens of the future nor accepts them', async () => {
    clock.jump(-HOUR / 2);
    expect(await codeOf(issuer.token())).toBe('CLOCK_UNRELIABLE');
  });

  it('is wrong still refuses what has expired, or is too long, by both clocks', async () => {
    const expired = issuer.token({ iat: issuer.now() - 900, exp: issuer.now() - 60 });
    const [tooLong, forged] = [issuer.broken('lives too long'), issuer.broken('forged')];
    clock.jump(HOUR / 2);
    expect(await codeOf(expired)).toBe('TOKEN_EXPIRED');
    expect(await codeOf(tooLong)).toBe('LIFETIME_EXCEEDED');
    expect(await codeOf(forged)).toBe('SIGNATURE_INVALID');
  });

  it('is wrong does not end by itself what a token has opened', async () => {
    const verdict = await verifier.verify(issuer.token());
    if (!verdict.ok) throw new Error(verdict.code);
    expect(verifier.endOf?.(verdict.caller)).toBe('TOKEN_EXPIRED');
    clock.jump(HOUR / 2);
    expect(verifier.endOf?.(verdict.caller)).toBe('CLOCK_UNRELIABLE');
    await clock.advance(5 * MINUTE);
    expect(verifier.endOf?.(verdict.caller)).toBe('TOKEN_EXPIRED');
  });

  it('is wrong says so once, until it is right again', async () => {
    await clock.advance(5 * MINUTE);
    expect(alarms).toEqual([]);
    clock.jump(HOUR / 2);
    await clock.advance(5 * MINUTE);
    expect(alarms.map(({ kind }) => kind)).toEqual(['clock-wrong']);
    expect(alarms[0]?.reason).toMatch(/^this clock is 1800 s ahead of the issuer's/);
    clock.jump(-HOUR / 2);
    await clock.advance(5 * MINUTE);
    clock.jump(-HOUR / 2);
    await clock.advance(5 * MINUTE);
    expect(alarms.map(({ reason }) => reason.split(' the')[0])).toEqual([
      'this clock is 1800 s ahead of',
      'this clock is 1800 s behind',
    ]);
  });

  it('is off within the leeway goes on as ever', async () => {
    const token = issuer.token();
    clock.jump(22_000);
    await clock.advance(5 * MINUTE);
    expect(alarms).toEqual([]);
    expect(await codeOf(token)).toBe('TOKEN_EXPIRED');
  });
});

describe('a source of keys that does not tell the time', () => {
  it('leaves the verifier with its own clock', async () => {
    await start({ tellsDate: false });
    clock.jump(HOUR / 2);
    expect(await codeOf(issuer.token())).toBe('TOKEN_EXPIRED');
    expect(alarms).toEqual([]);
  });
});
