import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofRow } from '../proof.ts';
import { isAccepted, type Answer, type Subject } from './subject.ts';

/** Nominal minutes since the key set was last served: until the first, known kids verify; from the second on, none does. */
const DEAD_AFTER = 60;
const SLACK_AFTER = 1;
const WATCHED_UNTIL = 66;
const SAMPLES = 120;

/** Longest back-off after a failure, nominal; a fetch under way may take its two real seconds first. */
const LONGEST_BACK_OFF_SECONDS = 30;
const FETCH_SECONDS = 2;
const REAL_SLACK_SECONDS = 1;

export interface Outage {
  readonly name: string;
  readonly subject: Subject;
  readonly timeScale: number;
  /** Minutes since the last good answer until which keys must serve: 60, less what is not known of that moment. */
  servesUntil(): number;
  /** Milliseconds since 1970-01-01 UTC. */
  lastGoodAt(): number;
  token(): Promise<string>;
  /** Of a key that is not known; absent where there is none. */
  unknownToken?(): string;
  begin(): Promise<void>;
  /** Absent: the issuer stays away. */
  end?(): Promise<void>;
  /** What else there is to tell. */
  told?(): readonly string[];
  /** What else was wrong, once all is over. */
  alsoWrong?(): readonly string[];
}

/** Goes through an hour without a good answer, and what comes after it. */
export async function goThrough(outage: Outage): Promise<ProofRow> {
  const watch = new Watch(outage);
  await outage.begin();
  await watch.run();
  const recovery = await watch.recover();
  const wrong = [...watch.wrong, ...(outage.alsoWrong?.() ?? [])];
  return {
    scenario: outage.name,
    expected: expectationOf(outage),
    observed: [...watch.observed, ...(outage.told?.() ?? []), recovery, ...wrong.slice(0, 3)].join('; '),
    holds: wrong.length === 0 && watch.complete,
  };
}

function expectationOf({ unknownToken, end }: Outage): string {
  const parts = [`serves ${DEAD_AFTER} min, then 503`, unknownToken && 'strangers 503', end && 'recovers'];
  return parts.filter(Boolean).join('; ');
}

class Watch {
  readonly wrong: string[] = [];
  readonly #outage: Outage;
  #accepted = 0;
  #undetermined = 0;
  #unknown = 0;
  #lastAccepted = 0;
  #firstUndetermined = Infinity;

  constructor(outage: Outage) {
    this.#outage = outage;
  }

  get observed(): string[] {
    return [
      `${this.#accepted} accepted until ${this.#lastAccepted.toFixed(1)} min`,
      `${this.#undetermined} × 503 from ${this.#firstUndetermined.toFixed(1)} min`,
      ...(this.#unknown > 0 ? [`${this.#unknown} strangers × 503`] : []),
    ];
  }

  /** Whether enough was seen for the answers to mean anything. */
  get complete(): boolean {
    return this.#accepted >= SAMPLES / 8 && this.#undetermined >= 3;
  }

  async run(): Promise<void> {
    const pause = (DEAD_AFTER * 60_000) / this.#outage.timeScale / SAMPLES;
    const asked: Promise<void>[] = [];
    for (let sample = 0; this.#minutes() < WATCHED_UNTIL; sample += 1) {
      if (sample % 8 === 4 && this.#outage.unknownToken) asked.push(this.#askStranger(this.#outage.unknownToken()));
      // Nobody waits for another: an answer may take the second that a fetch under way is waited for.
      asked.push(this.#sample());
      await sleep(pause);
    }
    await Promise.all(asked);
  }

  /** @returns how long it took, in words */
  async recover(): Promise<string> {
    const { end, timeScale, subject, token } = this.#outage;
    if (!end) return 'stays away';
    await end();
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const allowed = LONGEST_BACK_OFF_SECONDS / timeScale + FETCH_SECONDS + REAL_SLACK_SECONDS;
    while (!(await isAccepted(subject, await token()))) {
      if (seconds() > allowed) {
        this.wrong.push(`not recovered after ${seconds().toFixed(1)} s (real)`);
        break;
      }
      await sleep(10);
    }
    return `back in ${seconds().toFixed(2)} s (real)`;
  }

  #minutes(): number {
    return ((Date.now() - this.#outage.lastGoodAt()) / 60_000) * this.#outage.timeScale;
  }

  async #sample(): Promise<void> {
    const token = await this.#outage.token();
    const before = this.#minutes();
    const answers = await this.#outage.subject.ask(token);
    const after = this.#minutes();
    for (const answer of answers) this.#judge(answer, before, after);
  }

  #judge(answer: Answer, before: number, after: number): void {
    if (answer === 'accepted') {
      this.#accepted += 1;
      this.#lastAccepted = Math.max(this.#lastAccepted, before);
      if (before > DEAD_AFTER + SLACK_AFTER) this.wrong.push(`accepted at ${before.toFixed(1)} min`);
    } else if (answer === 'cannot determine') {
      this.#undetermined += 1;
      this.#firstUndetermined = Math.min(this.#firstUndetermined, before);
      if (after < this.#outage.servesUntil()) this.wrong.push(`cannot determine at ${after.toFixed(1)} min`);
    } else {
      this.wrong.push(`${answer} at ${before.toFixed(1)} min`);
    }
  }

  async #askStranger(token: string): Promise<void> {
    for (const answer of await this.#outage.subject.ask(token)) {
      if (answer === 'cannot determine') this.#unknown += 1;
      else this.wrong.push(`a stranger: ${answer}`);
    }
  }
}
