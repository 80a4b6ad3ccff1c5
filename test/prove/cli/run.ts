// npm run prove:cli: an operator's first day, typed into a shell against a service that runs as a process of its own. Its transcript is
// docs/cli.md. Exits 0 only if each command did what the page says, and the service that kept calling never failed.
//   --quick     without the ten thousand clients
//   --write     makes the transcript the page, instead of comparing the two
//   --sabotage  lets keys sign before verifiers can know them: must exit 1
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { manyClients } from './many-clients.ts';
import { Proof } from './proof.ts';
import { tell } from './session.ts';

const PAGE = fileURLToPath(new URL('../../../docs/cli.md', import.meta.url));
const flags = new Set(process.argv.slice(2));
const sabotage = flags.has('--sabotage');
const write = flags.has('--write');

const proof = await Proof.prepare(sabotage);
try {
  await tell(proof);
  claimTraffic();
  if (!sabotage) await keepPage(await prettyPage());
  if (!sabotage && !flags.has('--quick')) await manyClients(proof);
} catch (error) {
  proof.claim('the session came to its end', false, error instanceof Error ? error.message : String(error));
} finally {
  await proof.end();
}
process.exitCode = report();

function claimTraffic(): void {
  const { succeeded, failures, kids } = proof.traffic;
  proof.claim(`calls of orders: ${succeeded} succeeded, ${failures.length} failed`, failures.length === 0, failures[0]);
  proof.claim('orders called all the time', succeeded > 100, `only ${succeeded} calls`);
  proof.claim(`its tokens were signed by ${kids.size} keys`, kids.size >= 2);
}

async function prettyPage(): Promise<string> {
  return format(proof.page(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

async function keepPage(page: string): Promise<void> {
  if (write) return writeFileSync(PAGE, page);
  const kept = readFileSync(PAGE, 'utf8').split('\n');
  const at = page.split('\n').findIndex((line, index) => line !== kept[index]);
  const same = at < 0 && page.split('\n').length === kept.length;
  const detail = `line ${at + 1}: is ${JSON.stringify(page.split('\n')[at])}, docs/cli.md has ${JSON.stringify(kept[at])}`;
  if (!same) writeFileSync(join(proof.directory, '..', 'mintmark-cli-page.md'), page);
  proof.claim('the transcript is docs/cli.md', same, detail);
}

/** @returns the exit code */
function report(): number {
  for (const { what, holds, detail } of proof.claims) {
    console.log(`  ${holds ? '✓' : '✗'} ${what}`);
    if (!holds && detail) console.log(`      ${detail.replaceAll('\n', '\n      ')}`);
  }
  const failed = proof.claims.filter(({ holds }) => !holds).length;
  console.log(`\n${proof.claims.length - failed} as claimed, ${failed} not.`);
  return failed === 0 && proof.claims.length > 0 ? 0 : 1;
}
