import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { elsewhere } from '../../apps/token-service/src/adapters/signing/pkcs11/tokens.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { nothingWasChanged } from '../../apps/token-service/src/adapters/sql/storage-unavailable.ts';
import type { Administration } from '../../apps/token-service/src/core/administration/administration.ts';
import { AuditedAdministration } from '../../apps/token-service/src/core/administration/audited-administration.ts';
import type { RotationView } from '../../apps/token-service/src/core/administration/views.ts';
import type { KeyOrder } from '../../apps/token-service/src/core/keys/lifecycle/decide-order.ts';
import type { AuditEvent } from '../../apps/token-service/src/core/model/audit-event.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import { SigningProviderError } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import {
  forgetfulWitness,
  keyIn,
  keySet,
  openMemory,
  plannedAdministration,
  providerWith,
  replica,
  settle,
  testKek,
  type Replica,
  type ReplicaOptions,
} from './key-lab.ts';
import { clockOff, ManualClock } from './manual-clock.ts';

const P = timing.publishAheadSeconds;
const MINUTE = 60;
const ROTATE = { verb: 'rotate', algorithm: 'ES256' } as const;
const ANN = { clientId: 'ann', tokenId: 't1', requestId: 'r1', scopes: ['keys:rotate'] };

let clock: ManualClock;
let database: Database;
let service: Replica;
let audit: AuditEvent[];
let clockIsOff: number;
let isGone: boolean;
let losesDatabase: boolean;

/** Gone in the transaction, when it is decided what to write. */
const losing = (real: KeyRepository): KeyRepository => ({
  load: () => real.load(),
  version: () => real.version(),
  releaseHandle: (id) => real.releaseHandle(id),
  transact: (decide) =>
    real.transact((...read) => {
      const decided = decide(...read);
      if (losesDatabase) throw nothingWasChanged('a test');
      return decided;
    }),
});

beforeEach(async () => {
  [audit, clockIsOff, isGone, losesDatabase] = [[], 0, false, false];
  clock = new ManualClock();
  database = await openMemory(clock);
  const gone = () => Promise.reject(new SigningProviderError('PROVIDER_UNREACHABLE', 'The token is gone. Plug it in.'));
  service = replica({
    database,
    clock: clockOff(clock, () => clockIsOff),
    wrapRepository: losing,
    wrapProvider: (real) =>
      providerWith(real, {
        create: (request) => (isGone ? gone() : real.create(request)),
        publicJwk: (handle) => (isGone ? gone() : real.publicJwk(handle)),
      }),
  });
  await service.initialise.execute();
});
afterEach(() => database.close());

const kidIn = async (state: 'published' | 'active' | 'deactivated') => keyIn(await keySet(database), state).kid;
const events = () => database.db.selectFrom('key_event').selectAll().orderBy('version').execute();
const keyRows = () => database.db.selectFrom('signing_key').selectAll().orderBy('id').execute();
const everything = async () => [await events(), await keyRows()];
const orphans = async () => {
  const known = (await keyRows()).map(({ id }) => id);
  const made = await database.db.selectFrom('local_key').select('id').execute();
  return made.filter(({ id }) => !known.includes(id));
};

/** As the admin API does it: recorded before and after. */
function order(given: KeyOrder): Promise<unknown> {
  const execute = async () => (await service.operate.execute(given, 'ann')) as unknown as RotationView;
  const behind = {
    rotateKeys: execute,
    prepareKey: execute,
    activateKey: execute,
    deactivateKey: execute,
    destroyKey: execute,
  };
  const append = async (event: AuditEvent) => void audit.push(event);
  const audited = new AuditedAdministration({
    behind: behind as unknown as Administration,
    ...{ audit: { append }, clock, plan: false },
  });
  switch (given.verb) {
    case 'rotate':
      return audited.rotateKeys({ ring: 'public', algorithm: given.algorithm }, ANN);
    case 'prepare':
      return audited.prepareKey({ ring: 'public', algorithm: given.algorithm }, ANN);
    case 'activate':
    case 'deactivate':
    case 'destroy':
      return audited[`${given.verb}Key`]({ ring: 'public', kid: given.kid }, ANN);
  }
}

/** The same as a plan. */
function plan(
  given: KeyOrder,
  known: Partial<Parameters<typeof plannedAdministration>[0]> = {},
): Promise<RotationView> {
  const skewed = clockOff(clock, () => clockIsOff);
  const planned = plannedAdministration({ database, clock: skewed, service, ...known });
  switch (given.verb) {
    case 'rotate':
      return planned.rotateKeys({ ring: 'public', algorithm: given.algorithm });
    case 'prepare':
      return planned.prepareKey({ ring: 'public', algorithm: given.algorithm });
    case 'activate':
    case 'deactivate':
    case 'destroy':
      return planned[`${given.verb}Key`]({ ring: 'public', kid: given.kid });
  }
}

async function rotated(): Promise<void> {
  clock.advance(P);
  await service.operate.execute(ROTATE, 'bob');
  await settle(service.rotate);
}

async function withoutStandby(): Promise<void> {
  await service.operate.execute({ verb: 'destroy', kid: await kidIn('published') }, 'bob');
}

interface Fault {
  readonly what: string;
  /** What has come to pass, and the order that is then given. */
  readonly given: () => Promise<KeyOrder>;
  readonly code: string;
  /** The way out. */
  readonly says: RegExp;
  readonly told?: object;
  /** It shows in the doing only. */
  readonly unforeseen?: true;
}

const FAULTS: readonly Fault[] = [
  {
    what: 'an unknown kid',
    given: async () => ({ verb: 'activate', kid: 'nobody' }),
    ...{ code: 'KEYS_KID_UNKNOWN', says: /see mintmark keys status/ },
  },
  {
    what: 'a wrong state',
    given: async () => (await rotated(), { verb: 'activate', kid: await kidIn('deactivated') }),
    ...{ code: 'KEYS_STATE_WRONG', says: /it would have to be published/, told: { state: 'deactivated' } },
  },
  {
    what: 'an order that comes too early',
    given: async () => ROTATE,
    ...{ code: 'KEYS_ROTATION_TOO_EARLY', says: /Try again then/, told: { waitsFor: 'publish-ahead' } },
  },
  {
    what: 'a destruction that comes too early',
    given: async () => (await rotated(), { verb: 'destroy', kid: await kidIn('deactivated') }),
    ...{ code: 'KEYS_DESTRUCTION_TOO_EARLY', says: /by itself/, told: { waitsFor: 'last-token' } },
  },
  {
    what: 'no standby',
    given: async () => (await withoutStandby(), ROTATE),
    ...{ code: 'KEYS_NO_STANDBY', says: /mintmark keys prepare/ },
  },
  {
    what: 'a third rotation in ten minutes',
    given: async () => {
      await rotated();
      clock.advance(5 * MINUTE);
      await expect(service.operate.execute(ROTATE, 'bob')).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
      clock.advance(4 * MINUTE);
      return ROTATE;
    },
    ...{ code: 'KEYS_ROTATION_TOO_EARLY', says: /can take over at/, told: { notBefore: expect.any(Date) } },
  },
  {
    what: 'another operator who was faster',
    given: async () => {
      clock.advance(P);
      const kid = await kidIn('published');
      await service.operate.execute(ROTATE, 'bob');
      return { verb: 'activate', kid };
    },
    ...{ code: 'KEYS_ALREADY_DONE', says: /Nothing was changed/, told: { state: 'active' } },
  },
  {
    what: 'the database gone in the middle',
    given: async () => {
      clock.advance(P);
      losesDatabase = true;
      return ROTATE;
    },
    ...{ code: 'STORAGE_UNAVAILABLE', says: /nothing was changed.*Retry later/, unforeseen: true },
  },
  {
    what: 'the database gone between the intent of a key and its publication',
    given: async () => {
      await withoutStandby();
      await expect(service.rotate.execute()).resolves.toMatchObject({ transition: { name: 'generate' } });
      losesDatabase = true;
      return { verb: 'prepare', algorithm: 'ES256' };
    },
    ...{ code: 'STORAGE_UNAVAILABLE', says: /nothing was changed.*Retry later/, unforeseen: true },
  },
  {
    what: 'a clock outside ε',
    given: async () => {
      clock.advance(P);
      clockIsOff = timing.clockErrorSeconds + 1;
      return ROTATE;
    },
    ...{ code: 'KEYS_CLOCK_WRONG', says: /11\.0 s ahead of the database's.*Set it \(NTP\), or ask another replica/ },
  },
  {
    what: 'a provider that is gone',
    given: async () => {
      clock.advance(P);
      isGone = true;
      return ROTATE;
    },
    ...{ code: 'KEYS_UNUSABLE', says: /Plug it in/, unforeseen: true },
  },
  {
    what: 'a private key that is gone',
    given: async () => {
      clock.advance(P);
      const { id } = keyIn(await keySet(database), 'published');
      await database.db.deleteFrom('local_key').where('id', '=', id).execute();
      return ROTATE;
    },
    ...{ code: 'KEYS_UNUSABLE', says: /backup/, unforeseen: true },
  },
  {
    what: 'a row whose algorithm was tampered with, asked for by its algorithm',
    given: async () => (await tampered(), ROTATE),
    ...{ code: 'KEYS_UNUSABLE', says: /the row \S+ of signing_key was changed .* Restore the database from a backup/ },
  },
  {
    what: 'a row whose algorithm was tampered with, asked for by its kid',
    given: async () => {
      const kid = await kidIn('published');
      await tampered();
      return { verb: 'activate', kid };
    },
    ...{ code: 'KEYS_UNUSABLE', says: /Restore the database from a backup/ },
  },
  {
    what: 'a key set that was tampered with',
    given: async () => {
      await database.db.updateTable('keyset').set({ mac: 'another' }).execute();
      return ROTATE;
    },
    ...{ code: 'KEYS_UNUSABLE', says: /Restore the database from a backup/ },
  },
];

async function tampered(): Promise<void> {
  clock.advance(P);
  const { id } = keyIn(await keySet(database), 'published');
  await database.db.updateTable('signing_key').set({ algorithm: 'PS256' }).where('id', '=', id).execute();
}

describe('an order that cannot be carried out', () => {
  it.each(FAULTS)(
    'for $what: a code, the way out, an audit row, and nothing half done',
    async ({ given, code, says, told = {} }) => {
      const what = await given();
      const before = await everything();
      await expect(order(what)).rejects.toMatchObject({ code, message: expect.stringMatching(says), told });
      const about = { event: 'operator.action', actor: 'ann', requestId: 'r1', action: actionOf(what), plan: false };
      expect(audit).toEqual([
        expect.objectContaining({ ...about, outcome: 'begun' }),
        expect.objectContaining({ ...about, outcome: code === 'STORAGE_UNAVAILABLE' ? 'failed' : 'denied', code }),
      ]);
      expect(await everything()).toEqual(before);
      expect(await orphans()).toEqual([]);
    },
  );

  it.each(FAULTS.filter(({ unforeseen }) => !unforeseen))(
    'for $what: its plan says the same, and nothing is begun',
    async ({ given, code, told = {} }) => {
      const what = await given();
      const before = await everything();
      const planned = await plan(what).catch((error: unknown) => error as { code: string; told: object });
      if ('planned' in planned) expect(planned).toMatchObject({ planned: true, refusal: { code, ...told } });
      else expect(planned).toMatchObject({ code, told });
      expect([audit, await everything()]).toEqual([[], before]);
    },
  );
});

describe('a standby that is damaged for good', () => {
  const { rotationPeriodSeconds: R } = timing;
  const destroy = async () => ({ verb: 'destroy', kid: await kidIn('published') }) as const;
  const damaged = async () => {
    const { id } = keyIn(await keySet(database), 'published');
    await database.db
      .updateTable('local_key')
      .set({ ciphertext: Buffer.from('damaged') })
      .where('id', '=', id)
      .execute();
  };

  it.each([
    ['shortly before the key that signs must stop', 3 * R - P],
    ['when it has stopped', 3 * R + P],
  ])('and is noticed late, %s, makes way for another', async (_when, seconds) => {
    await damaged();
    clock.advance(seconds);
    await expect(settle(service.rotate)).resolves.toMatchObject({ blocked: [{ transition: 'activate' }] });
    const given = await destroy();
    await expect(plan(given)).resolves.toMatchObject({ planned: true, refusal: null });
    await order(given);
    await settle(service.rotate);
    clock.advance(P);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.readiness()).toEqual({ ready: true });
  });

  it('is not one whose provider is gone: it may come back until the key that signs must stop', async () => {
    clock.advance(3 * R - P);
    isGone = true;
    const given = await destroy();
    await expect(order(given)).rejects.toMatchObject({ code: 'KEYS_SUCCESSOR_NEEDED' });
    await expect(plan(given)).rejects.toMatchObject({ code: 'KEYS_SUCCESSOR_NEEDED' });
    clock.advance(P);
    await order(given);
  });
});

describe('a standby that this replica alone cannot open', () => {
  it.each<[string, Partial<ReplicaOptions>]>([
    ['for want of its key-encryption key', { kek: testKek(9) }],
    [
      'for want of its token',
      { wrapProvider: (real) => providerWith(real, { publicJwk: () => Promise.reject(elsewhere('0a')) }) },
    ],
  ])('%s is not given up as damaged: another replica may need it', async (_why, options) => {
    clock.advance(3 * timing.rotationPeriodSeconds - P);
    const other = replica({ database, clock, ...options });
    const given = { verb: 'destroy', kid: await kidIn('published') } as const;
    await expect(other.operate.execute(given, 'ann')).rejects.toMatchObject({ code: 'KEYS_SUCCESSOR_NEEDED' });
  });
});

describe('the plan of an order', () => {
  it('that would be carried out now says so, and until when there are tokens of the key that it retires', async () => {
    clock.advance(P);
    const [retired, successor] = [await kidIn('active'), await kidIn('published')];
    const until = new Date(clock.now().getTime() + 900_000);
    await expect(plan(ROTATE, { tokensUntil: new Map([[retired, until]]) })).resolves.toMatchObject({
      ...{ planned: true, refusal: null, activeKid: successor, retiredKid: retired, retiredTokensUntil: until },
    });
    await expect(plan({ verb: 'destroy', kid: successor })).resolves.toMatchObject({
      ...{ refusal: null, activeKid: retired, retiredKid: null, retiredTokensUntil: null },
    });
  });

  it('on a database that was restored from a backup is refused, as the order is', async () => {
    clock.advance(P);
    const witness = await DatabaseWitness.open({ store: forgetfulWitness(), onFailure: () => undefined });
    await witness.sawRegistry(7, witness.record);
    await witness.sawRegistry(3, witness.record);
    await expect(plan(ROTATE, { witness })).rejects.toMatchObject({ code: 'DATABASE_OUTDATED' });
  });
});

describe('two operators at once', () => {
  it('make one transition: the other is told, and both are recorded', async () => {
    clock.advance(P);
    const kid = await kidIn('published');
    const before = (await events()).length;
    const both = [1, 2].map(() => order({ verb: 'activate', kid }));
    const outcomes = (await Promise.allSettled(both)).map((each) =>
      each.status === 'fulfilled' ? 'done' : (each.reason as { code: string }).code,
    );
    expect(outcomes.sort()).toEqual(['KEYS_ALREADY_DONE', 'done']);
    expect((await events()).length).toBe(before + 1);
    const recorded = audit.map((event) => ('outcome' in event ? event.outcome : ''));
    expect(recorded.sort()).toEqual(['begun', 'begun', 'denied', 'done']);
  });
});

describe('an order that is carried out', () => {
  it('is done, although this replica loses the database before it has looked again', async () => {
    clock.advance(P);
    const kid = await kidIn('published');
    const commits = losesAfterCommit();
    await expect(commits.operate.execute(ROTATE, 'ann')).resolves.toMatchObject({ due: { name: 'activate' } });
    expect(await kidIn('active')).toBe(kid);
    expect(commits.ring.readiness()).toMatchObject({ ready: false });
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(kid);
  });

  function losesAfterCommit(): Replica {
    let isLost = false;
    const lost = () => Promise.reject(nothingWasChanged('a test'));
    const transact = async (real: KeyRepository, decide: Parameters<KeyRepository['transact']>[0]) => {
      const set = await real.transact(decide);
      isLost = true;
      return set;
    };
    return replica({
      ...{ database, clock },
      wrapRepository: (real) => ({
        load: () => (isLost ? lost() : real.load()),
        version: () => (isLost ? lost() : real.version()),
        releaseHandle: (id) => real.releaseHandle(id),
        transact: (decide) => transact(real, decide),
      }),
    });
  }
});

function actionOf({ verb }: KeyOrder): string {
  return `keys.${verb}`;
}
