import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { IssueToken } from '../../apps/token-service/src/core/issuance/issue-token.ts';
import { NOMINAL_TIMING as timing, type Timing } from '../../apps/token-service/src/core/model/timing.ts';
import { RegistrySnapshot } from '../../apps/token-service/src/core/registry/registry-snapshot.ts';
import { ISSUER, openMemory, replica, servedKids, settle, type Replica } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const digest = (secret: string) => createHmac('sha256', 'k').update(secret).digest();
const MARGIN = timing.leewaySeconds + timing.clockErrorSeconds;

/** What a resource is when a token is asked for: so long-lived, or gone. */
type Lifetime = number | 'deleted';

function registry(lifetime: Lifetime, now: Date): RegistrySnapshot {
  const there = lifetime === 'deleted' ? [] : [lifetime];
  const secret = { id: 's', digest: digest('right'), digestKeyId: 'k', createdAt: now, expiresAt: null };
  return new RegistrySnapshot({
    version: 1,
    resources: there.map((tokenLifetimeSeconds) => ({
      ...{ id: 'inventory', audience: 'inventory', scopes: ['stock:read'], tokenLifetimeSeconds },
      ...{ signingAlgorithm: 'ES256', senderConstraint: 'none' },
    })),
    clients: [{ id: 'orders', disabled: false, credentials: [{ kind: 'client_secret' }], secrets: [secret] }],
    issuers: [],
    policies: there.map(() => ({ id: 'p', client: 'orders', resource: 'inventory', scopes: ['stock:read'] })),
  });
}

let clock: ManualClock;
let database: Database;
let live: { kid: string; exp: number }[];

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
  live = [];
});
afterEach(() => database.close());

/** @returns the seconds that the token lives, or the code of the refusal */
async function issue({ ring }: Replica, lifetime: Lifetime): Promise<number | string> {
  const issuing = new IssueToken({
    issuer: ISSUER,
    timeStepSeconds: 1,
    registry: { snapshot: () => registry(lifetime, clock.now()) },
    ...{ keys: ring, adminKeys: ring },
    adminTokens: { record: () => Promise.resolve() },
    secretUsage: { used: () => undefined },
    keyUsage: { signed: () => undefined },
    observer: { issued: () => undefined, denied: () => undefined },
    remoteKeys: { find: async () => 'unavailable' as const },
    replayGuard: { claim: async () => true },
    assertionSeconds: 60,
    digests: { keyId: 'k', digest, digestWith: (_keyId, secret) => digest(secret) },
    audit: { append: () => Promise.resolve() },
    clock,
    ids: { next: () => 'jti' },
  });
  const evidence = { found: [{ kind: 'client_secret_post' as const, secret: 'right' }], clientId: 'orders' };
  try {
    const request = { requestId: 'r', evidence, target: { audience: 'inventory' } };
    const { accessToken, expiresInSeconds } = await issuing.execute(request);
    const [header = {}, payload = {}] = accessToken
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    live.push({ kid: String(header['kid']), exp: Number(payload['exp']) });
    return expiresInSeconds;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Time passes, everything that is due happens, and at each step every live token still has its key. */
async function pass(service: Replica, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    clock.advance(10);
    await settle(service.rotate);
    await service.refresh.execute();
    const now = clock.now().getTime() / 1000;
    live = live.filter(({ exp }) => exp + MARGIN > now);
    expect(servedKids(service)).toEqual(expect.arrayContaining([...new Set(live.map(({ kid }) => kid))]));
  }
}

const rotateNow = ({ operate }: Replica) => operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');

describe('no live token loses its key', () => {
  it('when the lifetime is raised, lowered and the resource deleted, with a rotation after each', async () => {
    const service = replica({ database, clock });
    await service.initialise.execute();
    for (const [lifetime, outcome] of [
      [300, 300],
      [900, 900],
      [60, 60],
      ['deleted', 'RESOURCE_DENIED'],
    ] as const) {
      await pass(service, timing.publishAheadSeconds);
      expect(await issue(service, lifetime)).toBe(outcome);
      const issued = live.length;
      await rotateNow(service);
      await service.refresh.execute();
      await pass(service, 30);
      expect(live).toHaveLength(issued); // there was something to lose
      expect(servedKids(service)).toHaveLength(3);
    }
  });

  it('when the longest lifetime is raised: a key gives no token longer than what it was published for', async () => {
    const short: Timing = { ...timing, maxTokenLifetimeSeconds: 300 };
    await replica({ database, clock, timing: short }).initialise.execute();
    const raised = replica({ database, clock });
    await raised.initialise.execute();
    expect(await issue(raised, 900)).toBe('SIGNING_SEALED');
    expect(await issue(raised, 300)).toBe(300);
    // The standby was published for the short ones too; the one after it was not.
    for (const outcome of ['SIGNING_SEALED', 900]) {
      await pass(raised, timing.publishAheadSeconds);
      await rotateNow(raised);
      await pass(raised, 10);
      expect(await issue(raised, 900)).toBe(outcome);
    }
    await pass(raised, 1_300);
  });

  it('when it is lowered: tokens of before keep the key that was published for them', async () => {
    await replica({ database, clock }).initialise.execute();
    const before = replica({ database, clock });
    await before.initialise.execute();
    await pass(before, timing.publishAheadSeconds);
    expect(await issue(before, 900)).toBe(900);
    const lowered = replica({ database, clock, timing: { ...timing, maxTokenLifetimeSeconds: 60 } });
    await lowered.initialise.execute();
    await rotateNow(lowered);
    await pass(lowered, 900);
    expect(live).toHaveLength(1);
    await pass(lowered, 400);
    expect(servedKids(lowered)).toHaveLength(2);
  });
});
