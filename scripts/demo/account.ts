/** The story as it is told on the terminal: each step with ✓ or ✗ and how long it took. */
export class Account {
  readonly #started = performance.now();
  readonly #scale: number;
  #passed = 0;
  #failed = 0;

  constructor(scale: number) {
    this.#scale = scale;
    console.log(`Mintmark, the main job. Durations are divided by ${scale}: an hour passes in ${3600 / scale} s.`);
  }

  chapter(title: string): void {
    console.log(`\n${title}`);
  }

  /** A step that must not throw. */
  async step<Result>(title: string, act: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    try {
      const result = await act();
      this.#line(true, title, performance.now() - started);
      return result;
    } catch (error) {
      this.#line(false, title, performance.now() - started, String(error));
      throw error;
    }
  }

  /** A step that waits for what is divided: it tells, too, how long that would be undivided. */
  async waited(title: string, wait: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    await wait();
    const millis = performance.now() - started;
    this.#line(true, `${title} (${lengthOf((millis / 1000) * this.#scale)} of nominal time)`, millis);
  }

  /** A call whose verdict must be exactly the expected one. */
  async expect(title: string, verdict: string, act: () => Promise<string>): Promise<void> {
    const started = performance.now();
    const got = await act().catch((error: unknown) => String(error));
    const wrong = got === verdict ? undefined : `expected ${verdict}, got ${got}`;
    this.#line(!wrong, `${title}: ${verdict}`, performance.now() - started, wrong);
  }

  claim(what: string, holds: boolean, detail?: string): void {
    this.#line(holds, what, undefined, holds ? undefined : detail);
  }

  broke(error: unknown): void {
    this.#line(false, 'the demonstration broke off', undefined, error instanceof Error ? error.stack : String(error));
  }

  /** @returns the exit code */
  close(): number {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const nominal = lengthOf(((performance.now() - this.#started) / 1000) * this.#scale);
    console.log(`\n${this.#passed} as expected, ${this.#failed} not. ${seconds} s (${nominal} of nominal time).`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }

  #line(good: boolean, title: string, millis?: number, detail?: string): void {
    if (good) this.#passed += 1;
    else this.#failed += 1;
    const real = millis === undefined ? '' : `${millis < 100 ? millis.toFixed(1) : millis.toFixed(0)} ms`;
    console.log(`  ${`${good ? '✓' : '✗'} ${title}`.padEnd(86)}${real.padStart(10)}`.trimEnd());
    if (detail) console.log(`      ${detail}`);
  }
}

function lengthOf(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  return seconds < 90 * 60 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
