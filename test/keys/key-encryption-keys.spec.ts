import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyEncryptionKeys } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { openSecretDigest } from '../../apps/token-service/src/adapters/signing/local/local-secret-digest.ts';
import { LocalSigningKeys } from '../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { ManageKeks, type KekAction } from '../../apps/token-service/src/core/keys/custody/manage-keks.ts';
import type {
  DataKeyWrap,
  EnvelopeRow,
  EnvelopeStore,
} from '../../apps/token-service/src/core/ports/envelope-store.ts';
import type { AuditEvent } from '../../apps/token-service/src/core/model/audit-event.ts';
import { ISSUER, openMemory, testKek } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const [OLD, NEW, OTHER] = [testKek(1), testKek(2), testKek(3)];
const KEYS = 45;

let database: Database;
let store: SqlEnvelopeStore;
let recorded: AuditEvent[];
let handles: `${string}:${string}`[];
let secretDigest: Buffer;

beforeEach(async () => {
  database = await openMemory(new ManualClock());
  store = new SqlEnvelopeStore(database);
  recorded = [];
  const provider = keysUnder([OLD]);
  handles = [];
  for (let n = 0; n < KEYS; n++)
    handles.push(await provider.create({ algorithm: 'EdDSA', idempotencyKey: `key-${n}` }));
  secretDigest = (await openSecretDigest({ store, keks: [OLD] })).digest('secret');
});

afterEach(() => database.close());

const keysUnder = (keks: KeyEncryptionKeys) => new LocalSigningKeys({ issuer: ISSUER, store, keks });

function manager(keks: KeyEncryptionKeys): ManageKeks {
  const audit = { append: (event: AuditEvent) => Promise.resolve(void recorded.push(event)) };
  return new ManageKeks({ wraps: new LocalKeyWraps({ store, keks }), audit, clock: new ManualClock() });
}

async function changeAll(keks: KeyEncryptionKeys, action: KekAction, kekId: string, mostSteps = Infinity) {
  let after: string | null = null;
  const failed = [];
  let changed = 0;
  for (let steps = 0; steps < mostSteps; steps++) {
    const step = await manager(keks).step({ action, kekId, after }, 'r-1');
    changed += step.changed;
    failed.push(...step.failed);
    after = step.next;
    if (after === null) break;
  }
  return { changed, failed };
}

async function opens(keks: KeyEncryptionKeys): Promise<number> {
  const provider = keysUnder(keks);
  const outcomes = await Promise.allSettled(handles.map((handle) => provider.publicJwk(handle)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

const wrapsNow = async () => (await store.envelopes()).map(({ key }) => key.envelope.wraps.map(({ kekId }) => kekId));

async function damage(id: string, change: (wraps: { kekId: string; wrappedKey: string }[]) => unknown): Promise<void> {
  const { envelope } = (await store.localKey(id))!;
  const wraps = envelope.wraps.map((wrap) => ({ ...wrap }));
  change(wraps);
  await database.db
    .updateTable('local_key')
    .set({ wraps: JSON.stringify(wraps) })
    .where('id', '=', id)
    .execute();
}

describe('several key-encryption keys', () => {
  it('each open what is made while they are at hand', async () => {
    const handle = await keysUnder([OLD, NEW]).create({ algorithm: 'ES256', idempotencyKey: 'both' });
    for (const kek of [OLD, NEW])
      await expect(keysUnder([kek]).publicJwk(handle)).resolves.toMatchObject({ alg: 'ES256' });
    await expect(keysUnder([OTHER]).publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_ENCRYPTION_UNAVAILABLE' });
  });

  it('make up for a damaged wrap', async () => {
    await changeAll([OLD, NEW], 'add', NEW.id);
    await damage('key-7', (wraps) => (wraps[0]!.wrappedKey = wraps[1]!.wrappedKey));
    expect(await opens([OLD, NEW])).toBe(KEYS);
    expect(await opens([OLD])).toBe(KEYS - 1);
  });
});

describe('changing the key-encryption key', () => {
  it('adds, then drops: every key opens all the while, and secrets keep their digest', async () => {
    expect(await changeAll([OLD, NEW], 'add', NEW.id)).toEqual({ changed: KEYS + 1, failed: [] });
    expect([await opens([OLD]), await opens([NEW])]).toEqual([KEYS, KEYS]);
    expect(await changeAll([NEW, OLD], 'drop', OLD.id)).toEqual({ changed: KEYS + 1, failed: [] });
    expect([await opens([OLD]), await opens([NEW])]).toEqual([0, KEYS]);
    expect((await openSecretDigest({ store, keks: [NEW] })).digest('secret')).toEqual(secretDigest);
  });

  it('goes on where it was stopped, and does nothing twice', async () => {
    await changeAll([NEW, OLD], 'rotate', OLD.id, 1);
    const [old, changed] = [await opens([OLD]), await opens([NEW])];
    expect(old + changed).toBe(KEYS);
    expect(changed).toBeGreaterThan(0);
    expect(await opens([NEW, OLD])).toBe(KEYS);
    const rest = await changeAll([NEW, OLD], 'rotate', OLD.id);
    expect(rest).toEqual({ changed: KEYS + 1 - 20, failed: [] });
    expect(await changeAll([NEW, OLD], 'rotate', OLD.id)).toEqual({ changed: 0, failed: [] });
    expect(await wrapsNow()).toEqual(Array.from({ length: KEYS + 1 }, () => [NEW.id]));
  });

  it('names a key that does not open, leaves it as it is, and changes the others', async () => {
    await damage('key-3', (wraps) => (wraps[0]!.wrappedKey = Buffer.alloc(60, 1).toString('base64url')));
    const before = await store.localKey('key-3');
    const { changed, failed } = await changeAll([NEW, OLD], 'rotate', OLD.id);
    expect(changed).toBe(KEYS);
    expect(failed).toEqual([
      { key: expect.stringContaining(before!.kid), reason: expect.stringMatching(/was changed/) },
    ]);
    expect(await store.localKey('key-3')).toEqual(before);
  });

  it('never drops the last wrap, nor one beside which no other opens', async () => {
    const { failed } = await changeAll([NEW, OLD], 'drop', OLD.id);
    expect(failed).toHaveLength(KEYS + 1);
    expect(failed[0]?.reason).toMatch(/last wrap/);
    await changeAll([NEW, OLD], 'add', NEW.id);
    await damage('key-3', (wraps) => (wraps[1]!.wrappedKey = Buffer.alloc(60, 1).toString('base64url')));
    const second = await changeAll([NEW, OLD], 'drop', OLD.id);
    expect(second).toMatchObject({ changed: KEYS, failed: [{ key: expect.stringContaining('signing key') }] });
    expect(await opens([NEW, OLD])).toBe(KEYS);
  });

  it('does not take a wrap for good that was planted under the new key, and puts another in its place', async () => {
    await damage('key-3', (wraps) =>
      wraps.push({ kekId: NEW.id, wrappedKey: Buffer.alloc(60, 1).toString('base64url') }),
    );
    expect(await changeAll([NEW, OLD], 'rotate', OLD.id)).toEqual({ changed: KEYS + 1, failed: [] });
    expect(await wrapsNow()).toEqual(Array.from({ length: KEYS + 1 }, () => [NEW.id]));
    expect(await opens([NEW])).toBe(KEYS);
  });

  it('mends a damaged wrap beside one that opens, once it is added again, and says so once', async () => {
    await changeAll([NEW, OLD], 'add', NEW.id);
    await damage('key-3', (wraps) => (wraps[1]!.wrappedKey = Buffer.alloc(60, 1).toString('base64url')));
    expect(await changeAll([NEW, OLD], 'add', NEW.id)).toEqual({ changed: 1, failed: [] });
    expect(await changeAll([NEW, OLD], 'add', NEW.id)).toEqual({ changed: 0, failed: [] });
    expect([await opens([NEW]), await opens([OLD])]).toEqual([KEYS, KEYS]);
  });

  it('opens what was stored, and not what it meant to store, before it says that a key has another wrap', async () => {
    const forgetful = {
      envelopes: () => store.envelopes(),
      condemned: () => store.condemned(),
      replaceWraps: (row: EnvelopeRow, from: readonly DataKeyWrap[], to: readonly DataKeyWrap[]) =>
        store.replaceWraps(
          row,
          from,
          to.map((wrap) => (wrap.kekId === NEW.id ? { ...wrap, wrappedKey: 'AAAA' } : wrap)),
        ),
    } as unknown as EnvelopeStore;
    const wraps = new LocalKeyWraps({ store: forgetful, keks: [NEW, OLD] });
    const audit = { append: () => Promise.resolve() };
    const keks = new ManageKeks({ wraps, audit, clock: new ManualClock() });
    const { changed, failed } = await keks.step({ action: 'add', kekId: NEW.id, after: null }, 'r');
    expect([changed, failed.length]).toEqual([0, 20]);
    expect(await opens([OLD])).toBe(KEYS);
  });

  it.each([
    ['adding one that is not at hand', [OLD], 'add', NEW.id, 'KEK_UNKNOWN'],
    ['dropping one that nothing knows', [OLD], 'drop', OTHER.id, 'KEK_UNKNOWN'],
    ['dropping the primary one', [OLD, NEW], 'drop', OLD.id, 'KEK_PRIMARY'],
    ['rotating away from the primary one', [OLD, NEW], 'rotate', OLD.id, 'KEK_PRIMARY'],
  ] as const)('refuses %s, and says so in the audit trail', async (_what, keks, action, id, code) => {
    await expect(changeAll(keks, action, id)).rejects.toMatchObject({ code });
    expect(recorded).toMatchObject([
      { action: `kek.${action}`, subject: id, outcome: 'begun' },
      { action: `kek.${action}`, subject: id, outcome: 'denied', code },
    ]);
  });

  it('is told: what is at hand, what is not, and what must not be lost', async () => {
    await changeAll([OLD, NEW], 'add', NEW.id);
    await keysUnder([NEW]).create({ algorithm: 'ES256', idempotencyKey: 'new alone' });
    expect(await manager([NEW, OTHER]).status()).toEqual({
      keys: KEYS + 2,
      keks: [
        { id: NEW.id, file: '', primary: true, wraps: KEYS + 2, soleWraps: 1 },
        { id: OTHER.id, file: '', primary: false, wraps: 0, soleWraps: 0 },
        { id: OLD.id, file: null, primary: false, wraps: KEYS + 1, soleWraps: 0 },
      ],
    });
  });
});
