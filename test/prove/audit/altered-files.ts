// Ten thousand mutations of a file that a running service wrote, each shown to the product's own verification.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { firstBadLine, type Anchored } from './first-bad-line.ts';
import type { Issuer } from './issuer.ts';
import { MUTATIONS, Original } from './mutations.ts';
import { VerifyingProcess } from './verifying-process.ts';

export interface Tally {
  readonly kind: string;
  count: number;
  unnoticed: number;
  misnamed: number;
  /** What was expected of the first few that went wrong, and what was said. */
  readonly details: string[];
}

interface Scene {
  readonly original: Original;
  readonly anchored: Anchored;
  readonly verifying: VerifyingProcess;
}

/** @param issuer stopped, so that the database vouches for the last line */
export async function alterFiles(issuer: Issuer, count: number, preloads: readonly URL[]): Promise<Tally[]> {
  const original = new Original(readFileSync(issuer.auditFile));
  const anchored = anchorsIn(issuer.databaseFile);
  if (!anchored.has(original.lines.length)) throw new Error('the last line is not anchored');
  const mutant = join(issuer.dataDir, 'mutant.jsonl');
  const verifying = await VerifyingProcess.start(issuer.databaseFile, mutant, preloads);
  try {
    const sound = await verifying.verify(original.bytes);
    if (!sound.ok) throw new Error(`the file is not sound before: ${sound.firstBad?.problem}`);
    return await alterAll({ original, anchored, verifying }, count);
  } finally {
    verifying.stop();
  }
}

async function alterAll(scene: Scene, count: number): Promise<Tally[]> {
  const tallies = Object.keys(MUTATIONS).map((kind) => newTally(kind));
  for (let at = 0; at < count; at++) {
    const tally = tallies[at % tallies.length];
    if (tally) await alterOnce(scene, tally);
  }
  return tallies;
}

function newTally(kind: string): Tally {
  return { kind, count: 0, unnoticed: 0, misnamed: 0, details: [] };
}

async function alterOnce({ original, anchored, verifying }: Scene, tally: Tally): Promise<void> {
  const { mutated, expected } = mutation(tally.kind, original, anchored);
  const { ok, firstBad } = await verifying.verify(mutated);
  tally.count += 1;
  if (!ok && firstBad?.line === expected) return;
  if (ok) tally.unnoticed += 1;
  else tally.misnamed += 1;
  if (tally.details.length < 2)
    tally.details.push(
      `expected line ${expected}, found ${ok ? 'nothing' : `line ${firstBad?.line} ${firstBad?.problem}`}`,
    );
}

function mutation(kind: string, original: Original, anchored: Anchored): { mutated: Buffer; expected: number } {
  for (;;) {
    const mutated = MUTATIONS[kind]?.(original);
    const expected = mutated && firstBadLine(original, mutated, anchored);
    if (expected !== undefined) return { mutated: mutated as Buffer, expected }; // else it changed nothing
  }
}

/** Lines that the database vouches for. */
export function anchorsIn(databaseFile: string): Anchored {
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  const rows = database.prepare('select seq from replica_anchor').all();
  database.close();
  return new Set(rows.map(({ seq }) => Number(seq)));
}
