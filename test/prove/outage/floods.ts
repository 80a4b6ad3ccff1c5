import { setTimeout as sleep } from 'node:timers/promises';
import { HostedProcess } from '../hosted-process.ts';
import type { Proof } from '../proof.ts';
import { VERIFIER_HOST } from './hours.ts';
import { misbehaviour, type Misbehaviour } from './misbehaviours.ts';
import { StandInIssuer } from './stand-in-issuer.ts';
import { consumerSubject, isAccepted, librarySubject, type ConsumerSubject, type Subject } from './subject.ts';
import type { FloodReport } from './verifier-host.ts';

/** A second; a little more is sent, so that a late timer does not leave the flood below it. */
const PROMISED_RATE = 10_000;
const SENT_RATE = 11_000;
const ROTATION_NOTICED_WITHIN_SECONDS = 10;
const PAUSE_MILLISECONDS = 20;

/** Requests at once to a service; it answers as many a second as it can. */
const CONNECTIONS = 32;

interface FloodOptions {
  readonly seconds: number;
  readonly shortSeconds: number;
  /** On a machine that is busy with other things, what counts is what the process did with the time it got. */
  readonly busyMachine: boolean;
  readonly preload: URL | undefined;
}

export function floodOptions(quick: boolean, preload: URL | undefined): FloodOptions {
  return quick
    ? { seconds: 6, shortSeconds: 2, busyMachine: true, preload }
    : { seconds: 60, shortSeconds: 30, busyMachine: false, preload };
}

/** Tokens with random kids, at real time: what they cost the issuer, and what they do to everybody else. */
export async function proveLibraryFloods(proof: Proof, options: FloodOptions): Promise<void> {
  const { seconds, shortSeconds, busyMachine, preload } = options;
  proof.section('A flood of tokens with random kids, right in all else (nominal = real time)');
  const library = HostedProcess.start(VERIFIER_HOST, { preload });
  try {
    await floodLibrary(proof, library, { seconds, busyMachine });
    for (const name of ['failing', 'hanging']) {
      await floodLibrary(proof, library, { seconds: shortSeconds, busyMachine, fault: misbehaviour(name) });
    }
  } finally {
    await library.stop();
  }
}

interface Course {
  readonly seconds: number;
  readonly busyMachine: boolean;
  /** Absent: the issuer is up, and rotates. */
  readonly fault?: Misbehaviour;
}

async function floodLibrary(
  proof: Proof,
  library: HostedProcess,
  { seconds, busyMachine, fault }: Course,
): Promise<void> {
  const issuer = await StandInIssuer.start(1);
  const name = `library, issuer ${fault?.name.split(':')[0] ?? 'up'}`;
  await library.call('open', { name, issuer: issuer.url, jwksUrl: issuer.jwksUrl, timeScale: 1 });
  if (fault) await issuer.misbehave(fault);
  const before = issuer.fetches;
  await library.call('flood', { name, perSecond: SENT_RATE, claims: issuer.claims() });
  const bystander = await standBy(librarySubject(library, name), issuer, { seconds, rotate: !fault });
  const report = await library.call<FloodReport>('endFlood', name);
  const fetches = issuer.fetches - before;
  await issuer.close();
  const rate = report.sent / report.seconds;
  const counted = busyMachine ? Math.max(rate, report.sent / report.cpuSeconds) : rate;
  proof.row({
    scenario: name,
    expected: `≥ ${thousands(PROMISED_RATE)} a second${busyMachine ? ' (of CPU)' : ''}, none accepted`,
    observed:
      `${thousands(rate)} a second for ${report.seconds.toFixed(1)} s (${thousands(report.sent / report.cpuSeconds)} a ` +
      `second of CPU): ${words(report.verdicts)}`,
    holds: counted >= PROMISED_RATE && onlyRefused(report.verdicts),
  });
  tell(proof, { bystander, fetches, seconds: report.seconds, rotate: !fault });
}

function onlyRefused(verdicts: Readonly<Record<string, number>>): boolean {
  return Object.keys(verdicts).every((code) => code === 'KEYS_UNAVAILABLE' || code === 'KEY_UNKNOWN');
}

export async function proveServiceFlood(proof: Proof, { seconds, preload }: FloodOptions): Promise<void> {
  proof.section('The same flood over the network, to a consumer-service process (nominal = real time)');
  const issuer = await StandInIssuer.start(1);
  const subject = await consumerSubject({ issuer: issuer.url, timeScale: 1, preload });
  try {
    await untilReady(subject, issuer);
    const before = issuer.fetches;
    const flood = new HttpFlood(subject, issuer);
    const bystander = await standBy(subject, issuer, { seconds, rotate: true });
    const { sent, answers, took } = await flood.end();
    proof.row({
      scenario: 'service over HTTP, issuer up',
      expected: 'as many as it answers, none accepted',
      observed: `${thousands(sent / took)} a second for ${took.toFixed(1)} s: ${words(answers)}`,
      holds: sent > 0 && Object.keys(answers).every((each) => /^cannot determine$|^401 TOKEN_INVALID$/.test(each)),
    });
    tell(proof, { bystander, fetches: issuer.fetches - before, seconds: took, rotate: true });
  } finally {
    await subject.close();
    await issuer.close();
  }
}

async function untilReady(subject: Subject, issuer: StandInIssuer): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await isAccepted(subject, issuer.token())) return;
    await sleep(50);
  }
}

class HttpFlood {
  readonly #started = performance.now();
  readonly #answers: Record<string, number> = {};
  readonly #loops: Promise<unknown>;
  #sent = 0;
  #ended = false;

  constructor(subject: ConsumerSubject, issuer: StandInIssuer) {
    const [, payload] = issuer.token().split('.') as [string, string, string];
    this.#loops = Promise.all(Array.from({ length: CONNECTIONS }, () => this.#loop(subject, payload)));
  }

  async end() {
    const took = (performance.now() - this.#started) / 1000;
    this.#ended = true;
    await this.#loops;
    return { sent: this.#sent, answers: this.#answers, took };
  }

  async #loop(subject: ConsumerSubject, payload: string): Promise<void> {
    while (!this.#ended) {
      const answer = await subject.askHttp(randomToken(payload));
      this.#sent += 1;
      this.#answers[answer] = (this.#answers[answer] ?? 0) + 1;
    }
  }
}

function randomToken(payload: string): string {
  const kid = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid, typ: 'at+jwt' })).toString('base64url');
  return `${header}.${payload}.${Buffer.alloc(64, 7).toString('base64url')}`;
}

interface Bystander {
  readonly accepted: number;
  readonly rejected: readonly string[];
  /** Seconds from the rotation until its first token was accepted; absent if that never came. */
  readonly noticedAfter?: number;
}

interface Stay {
  readonly seconds: number;
  readonly rotate: boolean;
}

/** Somebody with good tokens while the flood goes on; a second in, the issuer rotates its key. */
async function standBy(subject: Subject, issuer: StandInIssuer, { seconds, rotate }: Stay): Promise<Bystander> {
  const knownKey = issuer.key;
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const rejected: string[] = [];
  let accepted = 0;
  let rotation: Promise<number | undefined> | undefined;
  while (elapsed() < seconds) {
    if (rotate && !rotation && elapsed() > 1) rotation = noticed(subject, issuer);
    for (const answer of await subject.ask(issuer.token(knownKey))) {
      if (answer === 'accepted') accepted += 1;
      else rejected.push(answer);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
  const noticedAfter = await rotation;
  return { accepted, rejected, ...(noticedAfter !== undefined && { noticedAfter }) };
}

async function noticed(subject: Subject, issuer: StandInIssuer): Promise<number | undefined> {
  issuer.rotate();
  const rotatedAt = performance.now();
  const seconds = () => (performance.now() - rotatedAt) / 1000;
  while (seconds() < 2 * ROTATION_NOTICED_WITHIN_SECONDS) {
    if (await isAccepted(subject, issuer.token())) return seconds();
    await sleep(PAUSE_MILLISECONDS);
  }
  return undefined;
}

interface Outcome {
  readonly bystander: Bystander;
  readonly fetches: number;
  readonly seconds: number;
  readonly rotate: boolean;
}

function tell(proof: Proof, { bystander, fetches, seconds, rotate }: Outcome): void {
  const { accepted, rejected, noticedAfter } = bystander;
  const most = mostFetches(seconds, rotate);
  proof.row({
    scenario: '  fetches of the key set',
    expected: `≤ ${most} in ${seconds.toFixed(0)} s`,
    observed: `${fetches}`,
    holds: fetches <= most,
  });
  proof.row({
    scenario: '  known kids meanwhile',
    expected: 'never rejected',
    observed: `${accepted} accepted, ${rejected.length} rejected${rejected[0] ? ` (${rejected[0]})` : ''}`,
    holds: rejected.length === 0 && accepted >= 2 * seconds,
  });
  if (!rotate) return;
  proof.row({
    scenario: '  a rotation in mid-flood',
    expected: `noticed within ${ROTATION_NOTICED_WITHIN_SECONDS} s`,
    observed: noticedAfter === undefined ? 'not noticed' : `after ${noticedAfter.toFixed(1)} s`,
    holds: noticedAfter !== undefined && noticedAfter <= ROTATION_NOTICED_WITHIN_SECONDS,
  });
}

/** For unknown kids a burst of 2 and one each 5 s; in the background one a minute, or when failing the back-off's own. */
function mostFetches(seconds: number, issuerUp: boolean): number {
  const forUnknownKids = 2 + Math.ceil(seconds / 5);
  const inBackground = issuerUp ? 1 + Math.ceil(seconds / 54) : 10 + Math.ceil(seconds / 5);
  return forUnknownKids + inBackground;
}

function thousands(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${thousands(count)} × ${what}`)
    .join(', ');
}
