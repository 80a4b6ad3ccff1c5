// The file altered under the service that writes it, and then before it starts.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Proof } from '../proof.ts';
import { describeFinding, verifyAsOperator } from './auditor.ts';
import type { Issuer } from './issuer.ts';
import { fileOf, forgedSuccessor, Original } from './mutations.ts';
import { linesOf } from './records.ts';

interface Alteration {
  readonly what: string;
  readonly alter: (lines: Buffer[]) => Buffer[];
  /** @param count lines of the file before */
  readonly firstBad: (count: number) => number;
}

/** Each nearer to the beginning than the one before, whose damage is still there. */
const ALTERATIONS: readonly Alteration[] = [
  {
    what: 'a forged line behind the end, rightly chained',
    alter: (lines) => [...lines, ...linesOf(forgedSuccessor(new Original(fileOf(lines))))],
    firstBad: (count) => count + 1,
  },
  { what: 'the end cut off', alter: (lines) => lines.slice(0, 100), firstBad: () => 101 },
  {
    what: 'a line changed',
    alter: (lines) => lines.with(39, renamed(Buffer.from(lines[39] ?? ''))),
    firstBad: () => 41,
  },
  {
    what: 'two lines exchanged',
    alter: (lines) => [...lines.slice(0, 24), ...lines.slice(24, 26).toReversed(), ...lines.slice(26)],
    firstBad: () => 25,
  },
  { what: 'a line deleted', alter: (lines) => lines.toSpliced(9, 1), firstBad: () => 10 },
];

export async function proveAlteredWhileRunning(proof: Proof, issuer: Issuer): Promise<void> {
  proof.section('The file altered under the running service, and verified by an operator');
  const service = await issuer.start();
  await verifyAsOperator(issuer);
  for (const alteration of ALTERATIONS) await alteredAlive(proof, issuer, alteration);
  await service.stop();
  const again = await issuer.start();
  const finding = await verifyAsOperator(issuer);
  await again.stop();
  const holds = finding.first_bad?.line === 10;
  const observed = describeFinding(finding);
  proof.row({ scenario: 'started on that file, and verified', expected: 'line 10', observed, holds });
}

async function alteredAlive(proof: Proof, issuer: Issuer, { what, alter, firstBad }: Alteration): Promise<void> {
  const lines = linesOf(readFileSync(issuer.auditFile));
  writeFileSync(issuer.auditFile, fileOf(alter(lines)));
  const finding = await verifyAsOperator(issuer);
  const expected = firstBad(lines.length);
  proof.row({
    scenario: what,
    expected: `line ${expected}`,
    observed: describeFinding(finding),
    holds: finding.first_bad?.line === expected,
  });
}

function renamed(line: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.from(line.toString().replace('"client":"orders"', '"client":"ordets"'));
}
