// npm run prove:audit: no token without a record, and no alteration of the records that goes unnoticed.
// Exits 0 only if every row holds. `-- --quick` in under a minute; `-- --sabotage[=early|drop|flush|anchors]` breaks the product.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Proof, proofArguments } from '../proof.ts';
import { proveAlterations } from './alterations.ts';
import { proveAlteredWhileRunning } from './altered-while-running.ts';
import { proveForeignWords } from './foreign-words.ts';
import { Issuer } from './issuer.ts';
import { proveKills } from './kills.ts';
import { writeTrail } from './write-trail.ts';

const asked = proofArguments();
const { quick, sabotage } = asked;
if (sabotage !== undefined) process.env['PROVE_SABOTAGE'] = sabotage;
const preloads = sabotage === undefined ? [] : [new URL('sabotage.ts', import.meta.url)];

const proof = new Proof(
  'Whatever token a client holds is in the audit file, however the service ended; and no alteration of that file goes unnoticed.',
  asked,
);
await proof.conduct(prove);

async function prove(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-prove-audit-'));
  try {
    const issuer = await Issuer.create(join(directory, 'issuer'), preloads);
    await writeTrail(issuer);
    const stopped = await issuer.copy(join(directory, 'stopped'));
    await proveKills(proof, issuer, quick ? 5 : 100);
    await proveForeignWords(proof, await stopped.copy(join(directory, 'foreign-words')));
    await proveAlteredWhileRunning(proof, await stopped.copy(join(directory, 'altered')));
    await proveAlterations(proof, stopped, { count: quick ? 300 : 10_000, preloads });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
