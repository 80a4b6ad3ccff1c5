import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisReplayGuard } from '../../apps/token-service/src/adapters/redis/redis-replay-guard.ts';
import { PromptReplayGuard } from '../../apps/token-service/src/adapters/system/prompt-replay-guard.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import { RedisServer } from '../../scripts/servers/redis.ts';
import type {
  OneTimeUse,
  ReplayGuard,
  ReplayGuardError,
} from '../../apps/token-service/src/core/ports/replay-guard.ts';
import { describeReplayGuard } from './replay-guard.contract.ts';

let server: RedisServer;
let guards: RedisReplayGuard[] = [];
beforeAll(async () => {
  server = await RedisServer.start();
});
afterEach(() => {
  for (const guard of guards) guard.close();
  guards = [];
});
afterAll(() => server.stop());

/** Clocks that are right, so that nothing has to be waited for. */
function open({ url } = server, clockErrorSeconds = 0, onError: (error: unknown) => void = () => undefined) {
  const guard = RedisReplayGuard.open({ url, clock: systemClock, clockErrorSeconds, onError });
  guards.push(guard);
  return guard;
}

/** Resolves once the guard has reached Redis, whatever Redis then says. */
async function opened(at?: RedisServer, clockErrorSeconds?: number): Promise<RedisReplayGuard> {
  const guard = open(at, clockErrorSeconds);
  await untilDecided(guard, () => use(`probe-${Math.random()}`));
  return guard;
}

/** Asks without a pause until Redis is there, so that the first moments of a connection count too. @returns what it then said: whether it was the first use, or why it cannot tell */
async function untilDecided(guard: ReplayGuard, next: () => OneTimeUse): Promise<unknown> {
  for (const begun = performance.now(); performance.now() - begun < 10_000; await nextTurn()) {
    const outcome = await guard.claim(next()).catch((error: ReplayGuardError) => error.defect);
    if (outcome !== 'guard-unreachable') return outcome;
  }
  return 'never decided';
}

const use = (key: string, issuedAt = new Date()) => ({
  key,
  issuedAt,
  forgetAt: new Date(issuedAt.getTime() + 90_000),
});

describeReplayGuard('Redis', async () => ({
  open: () => opened(),
  now: () => new Date(),
  close: async () => undefined,
}));

describe('the replay guard of Redis', () => {
  it('says at once that it cannot tell while Redis is away, and goes on when it is back', async () => {
    const guard = await opened();
    await server.stop();
    const begun = performance.now();
    await expect(guard.claim(use('away'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await expect(guard.claim(use('away'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    expect(performance.now() - begun).toBeLessThan(5_000);
    server = await RedisServer.start({ port: server.port });
    await untilDecided(guard, () => use('awaited'));
    expect(await guard.claim(use('back'))).toBe(true);
  });

  it('does not decide what may have been used before Redis lost its memory', async () => {
    const guard = await opened();
    const one = use('lost');
    expect(await guard.claim(one)).toBe(true);
    await server.stop();
    server = await RedisServer.start({ port: server.port });
    expect(await untilDecided(guard, () => one)).toBe('issued-before-guard');
  });

  it('nor what a Redis that comes back from its disk may have forgotten', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-redis-'));
    let kept = await RedisServer.start({ directory });
    const guard = await opened(kept);
    expect(await kept.run('SAVE')).toContain('OK');
    const one = use('after the last save');
    expect(await guard.claim(one)).toBe(true);
    await kept.stop();
    kept = await RedisServer.start({ directory, port: kept.port });
    expect(await kept.run('DBSIZE')).not.toBe(':0\r\n');
    expect(await untilDecided(guard, () => one)).toBe('issued-before-guard');
    expect(await guard.claim(use('new'))).toBe(true);
    await kept.stop();
    rmSync(directory, { recursive: true });
  });

  it('nor what one that was a replica meanwhile may never have been sent', async () => {
    const other = await RedisServer.start();
    const guard = await opened();
    await follow(other, server);
    await other.run('REPLICAOF NO ONE');
    const one = use('not sent');
    expect(await guard.claim(one)).toBe(true);
    await follow(server, other);
    await server.run('REPLICAOF NO ONE');
    await guard.examine();
    expect(await untilDecided(guard, () => one)).toBe('issued-before-guard');
    await other.stop();
  });

  it('does not wait for a Redis that hangs', async () => {
    const redis = await opened();
    const guard = new PromptReplayGuard(redis, () => redis.reconnect());
    process.kill(server.pid, 'SIGSTOP');
    await expect(guard.claim(use('hung'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await expect(guard.claim(use('hung'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    process.kill(server.pid, 'SIGCONT');
    await untilDecided(guard, () => use('awaited'));
    expect(await guard.claim(use('woken'))).toBe(true);
  });

  it('does not wait for one when it is closed, either', async () => {
    const guard = await opened();
    process.kill(server.pid, 'SIGSTOP');
    const examined = guard.examine();
    guard.close();
    const outcome = await Promise.race([examined, delay(3_000, 'still waiting', { ref: false })]);
    process.kill(server.pid, 'SIGCONT');
    expect(outcome).toBeUndefined();
  });

  it('allows for clocks that are off', async () => {
    const guard = await opened(server, 10);
    await expect(guard.claim(use('early'))).rejects.toMatchObject({ defect: 'issued-before-guard' });
    expect(await guard.claim(use('late', new Date(Date.now() + 40_000)))).toBe(true);
  });

  it.each([
    ['forgets when its memory is short', ['--maxmemory-policy', 'allkeys-lru'], 'noeviction'],
    ['does not say when it was started', ['--rename-command', 'INFO', ''], 'INFO'],
  ])('does not rely on a Redis that %s', async (_, settings, told) => {
    const other = await RedisServer.start({ settings });
    const errors: unknown[] = [];
    const guard = open(other, 0, (error) => void errors.push(error));
    for (let tries = 0; errors.length === 0 && tries < 100; tries++) await delay(20);
    expect(String(errors[0])).toContain(told);
    await expect(guard.claim(use('evicted'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await other.stop();
  });

  it('notices that Redis is told to forget', async () => {
    const guard = await opened();
    await server.run('CONFIG SET maxmemory-policy volatile-ttl');
    await guard.examine();
    await expect(guard.claim(use('evicted'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await server.run('CONFIG SET maxmemory-policy noeviction');
    await guard.examine();
    expect(await guard.claim(use('kept'))).toBe(true);
  });
});

/** Resolves once the one has taken over all that the other remembers. */
async function follow(one: RedisServer, other: RedisServer): Promise<void> {
  await other.run('CONFIG SET repl-diskless-sync-delay 0');
  await one.run(`REPLICAOF 127.0.0.1 ${other.port}`);
  for (let tries = 0; tries < 200; tries++) {
    if ((await one.run('INFO replication')).includes('master_link_status:up')) return;
    await delay(50);
  }
  throw new Error('the replica never followed');
}
