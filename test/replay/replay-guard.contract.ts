import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OneTimeUse, ReplayGuard } from '../../apps/token-service/src/core/ports/replay-guard.ts';

/** What all replicas of one installation share. */
export interface ReplayMemory {
  /** The guard of one more replica; an installation of one process gives the same one again. */
  open(): Promise<ReplayGuard>;
  /** Lies within what the guard remembers. */
  now(): Date;
  close(): Promise<void>;
}

let used = 0;

/** To put uses in another order for each replica. */
function digest({ key }: OneTimeUse, replica: number): number {
  return createHash('sha256').update(`${key} ${replica}`).digest().readUInt32BE();
}

/** What every replay guard does. */
export function describeReplayGuard(name: string, openMemory: () => Promise<ReplayMemory>): void {
  describe(`${name} as a replay guard`, () => {
    let memory: ReplayMemory;
    let guards: ReplayGuard[];

    beforeEach(async () => {
      memory = await openMemory();
      guards = await Promise.all([memory.open(), memory.open(), memory.open()]);
    });
    afterEach(() => memory.close());

    const use = (): OneTimeUse => {
      const now = memory.now();
      return { key: `use-${process.pid}-${used++}`, issuedAt: now, forgetAt: new Date(now.getTime() + 90_000) };
    };

    it('tells the first use from every other', async () => {
      const [one, other] = [use(), use()];
      expect(await guards[0]?.claim(one)).toBe(true);
      expect(await guards[0]?.claim(one)).toBe(false);
      expect(await guards[1]?.claim(one)).toBe(false);
      expect(await guards[2]?.claim(other)).toBe(true);
    });

    it('lets one of many in that come at once to all replicas', async () => {
      const one = use();
      const claims = await Promise.all<boolean>(
        Array.from({ length: 60 }, (_, index) => guards[index % 3]!.claim(one)),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
    });

    it('lets one of each in, of many that come in any order to all replicas at once', async () => {
      const uses = Array.from({ length: 400 }, use);
      const claims = guards.flatMap((guard, replica) =>
        [...uses, ...uses]
          .sort((one, other) => digest(one, replica) - digest(other, replica))
          .map(async ({ key, ...rest }) => ({ key, isFirst: await guard.claim({ key, ...rest }) })),
      );
      const first = (await Promise.all(claims)).filter(({ isFirst }) => isFirst).map(({ key }) => key);
      expect(first.sort()).toEqual(uses.map(({ key }) => key).sort());
    });

    it('goes by the whole key', async () => {
      const one = use();
      await guards[0]?.claim(one);
      expect(await guards[0]?.claim({ ...one, key: `${one.key} ` })).toBe(true);
      expect(await guards[0]?.claim({ ...one, key: one.key.toUpperCase() })).toBe(true);
    });
  });
}
