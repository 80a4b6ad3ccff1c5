import type { Sample } from './rounds.ts';

/** Does `work` `amount` times, one after the other, and takes the CPU time of this process. */
export async function cpuRound(work: (index: number) => unknown, amount: number): Promise<Sample> {
  return sample(amount, async () => {
    for (let index = 0; index < amount; index++) {
      const pending = work(index);
      if (pending instanceof Promise) await pending;
    }
  });
}

/** How often `work` has to be done for a round of at least `millis`. */
export async function sized(work: (index: number) => unknown, millis: number): Promise<number> {
  for (let amount = 64; ; amount *= 2) {
    const { cpuMicros } = await cpuRound(work, amount);
    if (cpuMicros * amount >= millis * 1000) return amount;
  }
}

/** Takes the CPU time of all threads of this process: garbage is collected and files are flushed on others. */
export async function sample(amount: number, work: () => Promise<void>): Promise<Sample> {
  const before = process.cpuUsage();
  const begin = performance.now();
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: (user + system) / amount, perSecond: amount / seconds };
}
