import type { Proof } from '../proof.ts';
import type { Issuer } from './issuer.ts';
import { KillRounds, REQUESTERS_EACH, type Round, type Way } from './kill-rounds.ts';
import { readRecords } from './records.ts';

const WAYS: Readonly<Record<Way, string>> = { 'kill -9': 'kill -9', 'power cut': 'power cut, unflushed lost' };

export async function proveKills(proof: Proof, issuer: Issuer, count: number): Promise<void> {
  const kills = new KillRounds(issuer);
  await kills.run(count, (done) => done % 10 === 0 && console.error(`    killed ${done} of ${count} times`));
  proof.section(
    `Killed under load, ${REQUESTERS_EACH} requesters over HTTP and ${REQUESTERS_EACH} over gRPC, single attempts, ${count} times`,
  );
  load(proof, kills, count);
  for (const way of Object.keys(WAYS) as Way[]) tokens(proof, way, kills.rounds);
  restarts(proof, kills, count);
  afterwards(proof, issuer, kills.rounds);
}

function load(proof: Proof, { rounds }: KillRounds, count: number): void {
  const least = Math.min(...rounds.map(({ inFlight }) => inFlight));
  const failures = rounds.flatMap((round) => round.failures);
  proof.row({
    scenario: 'calls without an answer at the kill',
    expected: '1 or more, each time',
    observed: `${least} to ${Math.max(...rounds.map(({ inFlight }) => inFlight))}`,
    holds: rounds.length === count && least > 0,
  });
  proof.row({
    scenario: 'calls that failed before the kill',
    expected: '0',
    observed: told(failures),
    holds: failures.length === 0,
  });
}

function tokens(proof: Proof, way: Way, all: readonly Round[]): void {
  const rounds = all.filter((round) => round.way === way);
  const received = rounds.flatMap((round) => round.received).length;
  const lost = rounds.flatMap(({ withoutRecord }) => withoutRecord);
  const torn = rounds.filter((round) => round.torn).length;
  proof.row({
    scenario: `${WAYS[way]}: tokens without a record`,
    expected: '0',
    observed: `${lost.length} of ${received} tokens received; ${rounds.length} kills, ${torn} left a torn line`,
    holds: lost.length === 0 && received > 0,
  });
}

function restarts(proof: Proof, { restarts: came, verified, broken, stuck }: KillRounds, count: number): void {
  const starts = count + 1;
  proof.row({
    scenario: 'starts on what was left',
    expected: `${starts}`,
    observed: stuck === undefined ? `${came}` : `${came}; then: ${firstLines(stuck)}`,
    holds: came === starts,
  });
  proof.row({
    scenario: 'the chain verifies, asked of the admin API',
    expected: `${starts} times`,
    observed: [`${verified} times`, ...broken.slice(0, 1)].join('; '),
    holds: verified === starts,
  });
}

function afterwards(proof: Proof, issuer: Issuer, rounds: readonly Round[]): void {
  const { issued, lines } = readRecords(issuer.auditFile);
  const wrong = rounds.flatMap(({ received }) => received).filter((tokenId) => issued.get(tokenId) !== 1);
  proof.row({
    scenario: 'at the end: tokens with not exactly one record',
    expected: '0',
    observed: `${wrong.length}; the file has ${lines} lines`,
    holds: wrong.length === 0,
  });
}

function told(failures: readonly string[]): string {
  return failures.length === 0 ? '0' : `${failures.length}: ${failures[0]}`;
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join(' ');
}
