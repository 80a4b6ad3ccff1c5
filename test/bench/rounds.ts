/** How much is measured: the full size is for a figure, the quick one shows in under a minute that it can be measured. */
export interface Size {
  readonly rounds: number;
  readonly starts: number;
  /** Requests of each contestant in one round. */
  readonly requests: number;
  /** CPU time of each contestant in one round of work inside this process. */
  readonly roundMillis: number;
  readonly clients: readonly number[];
  readonly auditRecords: number;
}

export const FULL: Size = {
  rounds: 7,
  starts: 5,
  requests: 5_000,
  roundMillis: 300,
  clients: [10, 1_000, 10_000, 100_000],
  auditRecords: 200_000,
};
export const QUICK: Size = {
  rounds: 3,
  starts: 1,
  requests: 400,
  roundMillis: 40,
  clients: [10, 1_000],
  auditRecords: 10_000,
};

/** One round of one contestant. */
export interface Sample {
  readonly cpuMicros: number;
  readonly perSecond: number;
}

export type Samples = readonly Sample[];

/** A contestant does its work once and says what that took, for one operation. */
export type Contestants<Name extends string> = Readonly<Record<Name, () => Promise<Sample>>>;

/**
 * Lets all take turns, each second round the other way round, so that a machine that gets busier or warmer does so for all.
 * Two rounds before the first are for the compiler.
 */
export async function alternate<Name extends string>(
  contestants: Contestants<Name>,
  rounds: number,
): Promise<Record<Name, Samples>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  const warmUps = 2;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await contestants[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function medianCpu(samples: Samples): number {
  return median(samples.map(({ cpuMicros }) => cpuMicros));
}

/** Median of the ratios within each round: what disturbs one round disturbs both sides of its ratio. */
export function cpuRatio(samples: Samples, to: Samples): number {
  return median(samples.map(({ cpuMicros }, round) => cpuMicros / to[round]!.cpuMicros));
}
