import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisReplayGuard } from '../../apps/token-service/src/adapters/redis/redis-replay-guard.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import { RedisServer } from '../../scripts/servers/redis.ts';
import { describeReplayGuard } from './replay-guard.contract.ts';

let server: RedisServer;
let guards: RedisReplayGuard[] = [];
beforeAll(async () => {
  server = await RedisServer.start();
});
afterEach(async () => {
  await Promise.all(guards.map((guard) => guard.close()));
  guards = [];
});
afterAll(() => server.stop());

/** Clocks that are right, so that nothing has to be waited for. */
function open(clockErrorSeconds = 0): RedisReplayGuard {
  const guard = RedisReplayGuard.open({
    url: server.url,
    clock: systemClock,
    clockErrorSeconds,
    onError: () => undefined,
  });
  guards.push(guard);
  return guard;
}

/** Resolves once the guard has reached Redis, whatever Redis then says. */
async function opened(clockErrorSeconds?: number): Promise<RedisReplayGuard> {
  const guard = open(clockErrorSeconds);
  const probe = { key: `probe-${Math.random()}`, issuedAt: new Date(), forgetAt: new Date(Date.now() + 1_000) };
  for (let tries = 0; tries < 100; tries++) {
    const outcome = await guard.claim({ ...probe, issuedAt: new Date() }).catch((error: Error) => error.message);
    if (typeof outcome === 'boolean' || outcome.startsWith('issued')) break;
    await delay(20);
  }
  return guard;
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
    let first: unknown;
    for (let tries = 0; first !== true && tries < 200; tries++) {
      first = await guard.claim(use(`back-${tries}`)).catch(() => delay(20));
    }
    expect(first).toBe(true);
  });

  it('does not decide what may have been used before Redis lost its memory', async () => {
    const guard = await opened();
    const one = use('lost');
    expect(await guard.claim(one)).toBe(true);
    await server.stop();
    server = await RedisServer.start({ port: server.port });
    let defect: unknown;
    for (let tries = 0; defect !== 'issued-before-guard' && tries < 200; tries++) {
      defect = await guard.claim(one).then(
        (first) => `told ${first}`,
        (error: { defect: string }) => error.defect,
      );
      expect(defect).not.toMatch(/^told/);
      await delay(20);
    }
    expect(defect).toBe('issued-before-guard');
  });

  it('does not wait for a Redis that hangs', async () => {
    const guard = await opened();
    process.kill(server.pid, 'SIGSTOP');
    await expect(guard.claim(use('hung'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await expect(guard.claim(use('hung'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    process.kill(server.pid, 'SIGCONT');
    let first: unknown;
    for (let tries = 0; first !== true && tries < 200; tries++) {
      first = await guard.claim(use(`woken-${tries}`)).catch(() => delay(20));
    }
    expect(first).toBe(true);
  });

  it('allows for clocks that are off', async () => {
    const guard = await opened(10);
    await expect(guard.claim(use('early'))).rejects.toMatchObject({ defect: 'issued-before-guard' });
    expect(await guard.claim(use('late', new Date(Date.now() + 40_000)))).toBe(true);
  });

  it('does not rely on a Redis that forgets when its memory is short', async () => {
    const other = await RedisServer.start({ settings: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'] });
    const errors: unknown[] = [];
    const guard = RedisReplayGuard.open({
      url: other.url,
      clock: systemClock,
      clockErrorSeconds: 0,
      onError: (error) => void errors.push(error),
    });
    for (let tries = 0; errors.length === 0 && tries < 100; tries++) await delay(20);
    expect(String(errors[0])).toContain('noeviction');
    await expect(guard.claim(use('evicted'))).rejects.toMatchObject({ defect: 'guard-unreachable' });
    await guard.close();
    await other.stop();
  });
});
