// The common shape of every proof: its arguments, its table, its exit code.

/** How a proof was asked to run. */
export interface ProofArguments {
  /** Under a minute instead of the full size. */
  readonly quick: boolean;
  /** The product is broken on purpose inside its own process: `--sabotage` in every way, `--sabotage=name` in one. */
  readonly sabotage: string | undefined;
}

export function proofArguments(argv: readonly string[] = process.argv.slice(2)): ProofArguments {
  const sabotage = argv.find((argument) => /^--sabotage(=|$)/.test(argument));
  const unknown = argv.filter((argument) => argument !== '--' && argument !== '--quick' && argument !== sabotage);
  if (unknown.length > 0) throw new TypeError(`takes --quick and --sabotage[=name], got ${unknown.join(' ')}`);
  const quick = argv.includes('--quick');
  return { quick, sabotage: sabotage === undefined ? undefined : sabotage.split('=')[1] || 'all' };
}

export interface ProofRow {
  readonly scenario: string;
  readonly expected: string;
  readonly observed: string;
  readonly holds: boolean;
}

const SCENARIO_WIDTH = 52;
const EXPECTED_WIDTH = 48;

/** The table as it is printed, and the verdict over all of it. */
export class Proof {
  readonly #started = performance.now();
  #held = 0;
  #broken = 0;

  constructor(promise: string, { sabotage }: ProofArguments) {
    console.log(promise);
    if (sabotage !== undefined)
      console.log(`SABOTAGE (${sabotage}): the product is broken on purpose; this must fail.`);
  }

  section(title: string): void {
    console.log(`\n${title}`);
    console.log(`    ${'scenario'.padEnd(SCENARIO_WIDTH)} ${'expected'.padEnd(EXPECTED_WIDTH)} observed`);
  }

  row({ scenario, expected, observed, holds }: ProofRow): void {
    if (holds) this.#held += 1;
    else this.#broken += 1;
    const cells = `${scenario.padEnd(SCENARIO_WIDTH)} ${expected.padEnd(EXPECTED_WIDTH)} ${observed}`;
    console.log(`  ${holds ? '✓' : '✗'} ${cells}`);
  }

  /** What ends a proof before its table is complete is a failure of it. */
  broke(error: unknown): void {
    this.#broken += 1;
    console.log(`  ✗ the proof broke off: ${error instanceof Error ? error.stack : String(error)}`);
  }

  /** Goes through all of it, and ends this process, and with it what was started, with what came of it as exit code. */
  async conduct(prove: () => Promise<void>): Promise<never> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
    try {
      await prove();
    } catch (error) {
      this.broke(error);
    }
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    console.log(`\n${this.#held} hold, ${this.#broken} do not. ${seconds} s.`);
    return process.exit(this.#broken === 0 && this.#held > 0 ? 0 : 1);
  }
}
