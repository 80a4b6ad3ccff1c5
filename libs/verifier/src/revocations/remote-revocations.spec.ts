import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_REVOCATIONS, MAX_REVOCATIONS_BYTES, type RevocationsClaims, type RevokedEntry } from '@mintmark/contract';
import { createTestIssuer, FakeClock, newKey, settled, type TestIssuer } from '@mintmark/testing';
import { openDocumentServer, type DocumentServer } from '../../../../test/attacks/document-server.ts';
import { createVerifier } from '../create-verifier.ts';
import type { KeyAlarm, RevocationsEvent } from '../observer.ts';
import type { Verifier } from '../verifier.ts';
import { HeldRevocations } from './held-revocations.ts';
import type { Wake } from './revocations.ts';
import { remoteRevocations, type RemoteRevocationsOptions } from './remote-revocations.ts';

const MINUTE = 60_000;

async function replaceIn(path: string, what: RegExp | string, by: (found: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = before.replace(what, by);
  if (after === before) throw new Error('nothing to replace');
  await writeFile(path, after, { mode: 0o600 });
}

describe('revocations from the issuer', () => {
  const closing: (() => unknown)[] = [];
  let clock: FakeClock;
  let issuer: TestIssuer;
  let server: DocumentServer;
  let alarms: KeyAlarm[];
  let events: RevocationsEvent[];
  let failures: string[];
  let heard: () => void;

  beforeEach(async () => {
    clock = new FakeClock();
    issuer = createTestIssuer({ clock, lifetimeSeconds: 900 });
    server = await openDocumentServer(issuer);
    [alarms, events, failures] = [[], [], []];
    heard = () => undefined;
    closing.push(() => server.close());
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const until = (seconds = 900) => clock.now() / 1000 + seconds;
  const open = (options: Partial<RemoteRevocationsOptions> = {}, cache = true): Verifier => {
    const observer = {
      onAlarm: (alarm: KeyAlarm) => void alarms.push(alarm),
      onRevocations: (event: RevocationsEvent) => (events.push(event), heard()),
      onRevocationsFailed: (reason: string) => (failures.push(reason), heard()),
    };
    const revocations = remoteRevocations({ url: server.url, ...options });
    const verifier = createVerifier({ ...issuer.trust, revocations, observer, cache });
    closing.push(() => verifier.close());
    return verifier;
  };
  /** Time stands still from when the document is asked for until it was judged. */
  const refreshed = async () => {
    await server.idle();
    const next = new Promise<void>((resolve) => (heard = resolve));
    const { asked } = server;
    while (server.asked === asked) {
      await clock.advance(1_000);
      await server.idle();
    }
    await next;
    heard = () => undefined;
  };
  const serve = (...parts: Parameters<TestIssuer['revocations']>) => (server.document = issuer.revocations(...parts));
  const ready = async (options?: Partial<RemoteRevocationsOptions>, cache?: boolean) => {
    const verifier = open(options, cache);
    await verifier.ready();
    return verifier;
  };

  it.each([true, false])(
    'refuses what is revoked by the next refresh, of each kind, verdict cache %s',
    async (cache) => {
      const verifier = await ready({}, cache);
      const token = issuer.token({ jti: 'a', client_id: 'orders' });
      for (const [kind, id] of [
        ['token', 'a'],
        ['client', 'orders'],
        ['key', issuer.key.kid],
      ] as const) {
        await expect(verifier.verify(token)).resolves.toMatchObject({ ok: true });
        serve([[kind, id, until()]], { claims: { sequence: events.length } });
        await refreshed();
        await expect(verifier.verify(token)).resolves.toEqual({ ok: false, code: 'TOKEN_REVOKED' });
        serve([], { claims: { sequence: events.length } });
        await refreshed();
      }
    },
  );

  it('finds the keys of the document below its path, with its query', async () => {
    await ready({ url: `${server.url}?tenant=a` });
    expect(alarms).toEqual([]);
  });

  it('asks every minute, give or take a tenth', async () => {
    await ready();
    const { asked } = server;
    await clock.advance(53_000);
    expect(server.asked).toBe(asked);
    await refreshed();
    expect(clock.elapsed()).toBeLessThanOrEqual(66_000);
  });

  it('refuses of a client that is let in again what it was issued before', async () => {
    const verifier = await ready();
    const old = issuer.token();
    await clock.advance(30_000);
    serve([['client', 'orders', until(), clock.now() / 1000]]);
    await refreshed();
    await expect(verifier.verify(old)).resolves.toEqual({ ok: false, code: 'TOKEN_REVOKED' });
    await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
  });

  describe('that are not known', () => {
    it('decides nothing before the first document, and everything after', async () => {
      const { document } = server;
      server.document = undefined;
      const verifier = open();
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ code: 'REVOCATION_UNAVAILABLE' });
      server.document = document;
      await refreshed();
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
    });

    it('goes on for an hour with what it knows, then decides nothing more but what it knows', async () => {
      serve([['token', 'bad', until(7200)]]);
      const verifier = await ready();
      server.document = undefined;
      await clock.advance(59 * MINUTE);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
      await clock.advance(2 * MINUTE);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({
        code: 'REVOCATION_UNAVAILABLE',
        retryAfterSeconds: 1,
      });
      await expect(verifier.verify(issuer.token({ jti: 'bad' }))).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
    });

    it('accepts where that is what was asked for, and still nothing that is known to be revoked', async () => {
      serve([['token', 'bad', until(7200)]]);
      const verifier = await ready({ onUnknown: 'accept' });
      server.document = undefined;
      await clock.advance(61 * MINUTE);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ ok: true });
      await expect(verifier.verify(issuer.token({ jti: 'bad' }))).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
    });

    it('says what the last attempt met', async () => {
      server.document = 'sign in, please';
      const verifier = open();
      await refreshed();
      const failing = expect(verifier.ready({ timeoutSeconds: 0.2 })).rejects.toThrow(
        'no revocations yet; last attempt: revocations refused: it is no signed document',
      );
      await clock.advance(200);
      await failing;
    });
  });

  describe('that are not to be believed', () => {
    const REVOKED: readonly RevokedEntry[] = [['token', 'a', 2 ** 32]];
    /** Held is sequence 5, in which token `a` is revoked. */
    const held = async () => {
      serve(REVOKED, { claims: { sequence: 5 } });
      return ready();
    };
    const asOf = () => clock.now() / 1000;

    it.each<[string, (issuer: TestIssuer) => string, KeyAlarm['kind'], RegExp]>([
      [
        'signed with a key of tokens',
        (it) => it.revocations([], { key: it.key, claims: { sequence: 9 } }),
        'revocations-refused',
        /key that is not known/,
      ],
      [
        'signed with a key of tokens, under the right kid',
        (it) => it.revocations([], { key: it.key, header: { kid: it.revocationKey.kid }, claims: { sequence: 9 } }),
        'revocations-refused',
        /signature/,
      ],
      [
        'of another typ',
        (it) => it.revocations([], { header: { typ: 'at+jwt' }, claims: { sequence: 9 } }),
        'revocations-refused',
        /typ/,
      ],
      [
        'with another member in its header',
        (it) => it.revocations([], { header: { jku: 'x' }, claims: { sequence: 9 } }),
        'revocations-refused',
        /header/,
      ],
      [
        'with another algorithm in its header',
        (it) => it.revocations([], { header: { alg: 'none' }, claims: { sequence: 9 } }),
        'revocations-refused',
        /header/,
      ],
      [
        'for another audience',
        (it) => it.revocations([], { claims: { sequence: 9, aud: 'inventory' } }),
        'revocations-refused',
        /audience/,
      ],
      [
        'of another issuer',
        (it) => it.revocations([], { claims: { sequence: 9, iss: 'https://other.test' } }),
        'revocations-refused',
        /issuer/,
      ],
      [
        'with a lower sequence',
        (it) => it.revocations([], { claims: { sequence: 4 } }),
        'revocations-regressed',
        /older/,
      ],
      [
        'with a lower epoch',
        (it) => it.revocations([], { claims: { epoch: 0, sequence: 9 } }),
        'revocations-regressed',
        /older/,
      ],
      [
        'with the same sequence and other content',
        (it) => it.revocations([], { claims: { sequence: 5 } }),
        'revocations-regressed',
        /differs/,
      ],
      [
        'with the same sequence and more in it',
        (it) => it.revocations([...REVOKED, ['token', 'b', 2 ** 32]], { claims: { sequence: 5 } }),
        'revocations-regressed',
        /differs/,
      ],
      [
        'past its time',
        (it) => it.revocations([], { claims: { sequence: 9, next_by: it.clock.now() / 1000 - 21 } }),
        'revocations-refused',
        /too old/,
      ],
      [
        'with a huge epoch, signed by nobody',
        (it) => it.revocations([], { key: newKey('ES256'), claims: { epoch: 2 ** 52 } }),
        'revocations-refused',
        /key that is not known/,
      ],
      [
        'with an epoch that is no count',
        (it) => it.revocations([], { claims: { epoch: 1e300 } }),
        'revocations-refused',
        /form/,
      ],
      [
        'with entries of another kind',
        (it) => it.revocations([['all', '*', 1]] as never, { claims: { sequence: 9 } }),
        'revocations-refused',
        /form/,
      ],
      [
        'with entries of another length',
        (it) => it.revocations([['token', 'b', 1, 2, 3]] as never, { claims: { sequence: 9 } }),
        'revocations-refused',
        /form/,
      ],
      ['that are a web page', () => '<html>', 'revocations-refused', /no signed document/],
      [
        'that are JSON',
        () => '{"epoch":4503599627370496,"sequence":1,"revoked":[]}',
        'revocations-refused',
        /no signed document/,
      ],
    ])('%s: keeps what it holds, and says so', async (_name, forge, kind, reason) => {
      const verifier = await held();
      server.document = forge(issuer);
      const before = events.length;
      await refreshed();
      expect(alarms).toMatchObject([{ kind, reason: expect.stringMatching(reason) }]);
      expect([failures.length, events.length]).toEqual([1, before]);
      await expect(verifier.verify(issuer.token({ jti: 'a' }))).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
      await expect(verifier.verify(issuer.token({ jti: 'b' }))).resolves.toMatchObject({ ok: true });
    });

    it('takes the same sequence again when all that differs has ended', async () => {
      serve([...REVOKED, ['token', 'b', until(60)]], { claims: { sequence: 5 } });
      await ready();
      await clock.advance(45_000);
      serve(REVOKED, { claims: { sequence: 5, as_of: asOf() + 30 } });
      await refreshed();
      expect(alarms).toEqual([]);
    });

    it('takes a new epoch, however low its sequence', async () => {
      const verifier = await held();
      serve([], { claims: { epoch: 2, sequence: 0 } });
      await refreshed();
      await expect(verifier.verify(issuer.token({ jti: 'a' }))).resolves.toMatchObject({ ok: true });
    });

    it('a document longer than is read', async () => {
      await held();
      server.document = `${issuer.revocations()}${'A'.repeat(MAX_REVOCATIONS_BYTES)}`;
      await refreshed();
      expect(failures).toEqual([`more than ${MAX_REVOCATIONS_BYTES} bytes`]);
    });

    it('is not a document with as much in it as there may be', async () => {
      const id = (index: number) => `${index}`.padStart(64, '0');
      const [soon, since] = [until() + 0.123, asOf() + 0.456];
      const all = Array.from({ length: MAX_REVOCATIONS }, (_, index): RevokedEntry => {
        return ['client', id(index), soon, since];
      });
      serve(all);
      const verifier = await ready();
      const token = issuer.token({ client_id: id(MAX_REVOCATIONS - 1) });
      await expect(verifier.verify(token)).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
    });

    it('ages by what the source says, not by when it answered', async () => {
      serve([], { claims: { as_of: asOf() - 3500, next_by: asOf() + 10_000 } });
      const verifier = await ready();
      serve([], { claims: { as_of: asOf() - 3500, next_by: asOf() + 10_000 } });
      await clock.advance(2 * MINUTE);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ code: 'REVOCATION_UNAVAILABLE' });
    });

    it('is not kept fresh by a source whose clock is ahead', async () => {
      serve([], { claims: { as_of: asOf() + 86_400, next_by: asOf() + 90_000 } });
      const verifier = await ready();
      server.document = undefined;
      await clock.advance(61 * MINUTE);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ code: 'REVOCATION_UNAVAILABLE' });
    });
  });

  it('fetches at once when it is woken, and half a second apart however often that is', async () => {
    let wake = () => undefined as void;
    const verifier = await ready({ wake: (listener) => ((wake = listener), () => (wake = () => undefined)) });
    await clock.advance(500);
    serve([['token', 'a', until()]]);
    const news = new Promise<void>((resolve) => (heard = resolve));
    wake();
    await clock.advance(0);
    await news;
    await expect(verifier.verify(issuer.token({ jti: 'a' }))).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
    const { asked } = server;
    for (let turn = 0; turn < 100; turn++) {
      wake();
      await clock.advance(20);
      await server.idle();
    }
    expect(server.asked - asked).toBeGreaterThanOrEqual(3);
    expect(server.asked - asked).toBeLessThanOrEqual(5);
    expect(clock.elapsed()).toBeLessThan(MINUTE / 2);
  });

  describe('woken with how far the news go', () => {
    let wake: Parameters<Wake>[0];
    const wokenBy: Wake = (listener) => ((wake = listener), () => undefined);
    const PAUSE = 500;
    /** @returns how often it asked in that many pauses */
    const askedIn = async (pauses: number) => {
      const { asked } = server;
      for (let turn = 0; turn < pauses; turn++) {
        await server.idle();
        await clock.advance(PAUSE);
      }
      await server.idle();
      return server.asked - asked;
    };

    it('asks until it has them, though a replica that is behind answers first', async () => {
      const verifier = await ready({ wake: wokenBy });
      wake({ epoch: 1, sequence: 7 });
      expect(await askedIn(5)).toBe(5);
      await expect(verifier.verify(issuer.token({ jti: 'a' }))).resolves.toMatchObject({ ok: true });
      serve([['token', 'a', until()]], { claims: { sequence: 7 } });
      expect(await askedIn(2)).toBe(1);
      await expect(verifier.verify(issuer.token({ jti: 'a' }))).resolves.toMatchObject({ code: 'TOKEN_REVOKED' });
      expect(await askedIn(10)).toBe(0);
    });

    it('gives up after ten seconds, and asks no more for what it has', async () => {
      await ready({ wake: wokenBy });
      wake({ epoch: 1, sequence: 2 ** 52 });
      expect(await askedIn(40)).toBe(20);
      serve([], { claims: { sequence: 7 } });
      await refreshed();
      wake({ epoch: 1, sequence: 7 });
      expect(await askedIn(10)).toBe(0);
    });

    it('waits for the newest of all it was told of', async () => {
      await ready({ wake: wokenBy });
      wake({ epoch: 1, sequence: 7 });
      wake({ epoch: 1, sequence: 6 });
      serve([], { claims: { sequence: 6 } });
      expect(await askedIn(5)).toBe(5);
      serve([], { claims: { epoch: 1, sequence: 7 } });
      expect(await askedIn(5)).toBe(1);
    });
  });

  describe('saved for the next start', () => {
    let folder: string;
    let snapshotFile: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mintmark-revocations-'));
      snapshotFile = join(folder, 'revoked.json');
      closing.push(() => rm(folder, { recursive: true, force: true }));
    });
    /** Has run, and has ended. */
    const ranBefore = async (...parts: Parameters<typeof serve>) => {
      serve(...parts);
      (await ready({ snapshotFile })).close();
      const names = ['revoked.json', 'revoked.json.keys'];
      while ((await readdir(folder)).toSorted().join() !== names.join()) await settled();
      [alarms, failures] = [[], []];
    };
    const judged = (verifier: Verifier) =>
      Promise.all(
        ['a', 'b'].map(async (jti) => {
          const verdict = await verifier.verify(issuer.token({ jti }));
          return verdict.ok ? 'OK' : verdict.code;
        }),
      );

    it('are known where the issuer is down, for as long as they would have been without a restart', async () => {
      await ranBefore([['token', 'a', until()]]);
      server.document = undefined;
      await clock.advance(59 * 60_000);
      const verifier = await ready({ snapshotFile });
      expect([await judged(verifier), alarms]).toEqual([['TOKEN_REVOKED', 'OK'], []]);
      await clock.advance(61_000);
      expect(await judged(verifier)).toEqual(['TOKEN_REVOKED', 'REVOCATION_UNAVAILABLE']);
    });

    it('and came over plain http are no reason to refuse what is fetched', async () => {
      await ranBefore([['token', 'b', until()]], { claims: { epoch: 2 ** 52 } });
      serve([['token', 'a', until()]]);
      expect([await judged(await ready({ snapshotFile })), alarms]).toEqual([['TOKEN_REVOKED', 'OK'], []]);
    });

    it('and came from the issuer for certain do not go back', () => {
      const held = new HeldRevocations(0);
      const claims = (sequence: number) =>
        ({ epoch: 1, sequence, as_of: 1_000, next_by: 2_000, revoked: [] }) as unknown as RevocationsClaims;
      held.restore(claims(7), 1_000_000, true);
      expect(held.take(claims(6), { sentAt: 1_001_000, receivedAt: 1_001_000 })).toMatchObject({
        outcome: 'regressed',
      });
      expect(held.asOf).toBe(1_000_000);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['others may write', () => chmod(snapshotFile, 0o622)],
      ['somebody altered', () => replaceIn(snapshotFile, /"body":"[^"]{300}/, (found) => `${found.slice(0, -4)}AAAA`)],
      ['is of another issuer', () => replaceIn(snapshotFile, issuer.issuer, () => 'https://other.test')],
      ['has lost its keys', () => rm(`${snapshotFile}.keys`)],
    ])('are not used where the file %s', async (_, spoil) => {
      await ranBefore([]);
      await spoil();
      server.document = undefined;
      const verifier = open({ snapshotFile });
      expect(await judged(verifier)).toEqual(['REVOCATION_UNAVAILABLE', 'REVOCATION_UNAVAILABLE']);
      expect(alarms).toEqual([
        { kind: 'snapshot-unusable', reason: expect.stringMatching(/^revocations: /) as unknown },
      ]);
    });
  });

  it('tells, once, whoever holds on to a caller that its token was revoked', async () => {
    const verifier = await ready();
    const verdicts = await Promise.all(['a', 'b'].map((jti) => verifier.verify(issuer.token({ jti }))));
    const told: string[] = [];
    for (const verdict of verdicts) {
      if (verdict.ok) verifier.onRevoked!(verdict.caller, () => told.push(verdict.caller.tokenId));
    }
    for (const sequence of [1, 2]) {
      serve([['token', 'a', until()]], { claims: { sequence } });
      await refreshed();
    }
    expect(told).toEqual(['a']);
  });

  it('is not stopped by one that fails when it is told', async () => {
    const verifier = await ready();
    const verdicts = await Promise.all(['a', 'b'].map((jti) => verifier.verify(issuer.token({ jti }))));
    const told: string[] = [];
    for (const verdict of verdicts) {
      if (!verdict.ok) continue;
      verifier.onRevoked!(verdict.caller, () => {
        told.push(verdict.caller.tokenId);
        throw new Error('the stream was gone');
      });
    }
    serve([
      ['token', 'a', until()],
      ['token', 'b', until()],
    ]);
    await refreshed();
    expect(told).toEqual(['a', 'b']);
    await refreshed();
    expect(failures).toEqual([]);
  });

  it('tells it also to one that asks only after that has become known, and to none that has stopped', async () => {
    const verifier = await ready();
    const [first, second] = await Promise.all(['a', 'b'].map((jti) => verifier.verify(issuer.token({ jti }))));
    serve([
      ['token', 'a', until()],
      ['token', 'b', until()],
    ]);
    await refreshed();
    const told: string[] = [];
    if (first?.ok) verifier.onRevoked!(first.caller, () => told.push('a'));
    if (second?.ok) verifier.onRevoked!(second.caller, () => told.push('b'))();
    await clock.advance(0);
    expect(told).toEqual(['a']);
  });

  it.each([
    [{ url: 'http://tokens.internal/x' }, /https/],
    [{ refreshSeconds: 60, deadAfterSeconds: 60 }, /0 < refreshSeconds < deadAfterSeconds/],
    [{ onUnknown: 'ignore' }, /refuse or accept/],
  ])('does not take %j', (options, message) => {
    expect(() => remoteRevocations({ url: server.url, ...(options as object) })).toThrow(message);
  });
});
