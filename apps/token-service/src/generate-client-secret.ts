// Host verb: makes a secret for a client and writes it to a file that only its owner can read.
//   node apps/token-service/dist/generate-client-secret.js <client> --to <file>
import 'reflect-metadata';
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { loadConfig } from './config/load-config.ts';
import { openRegistryOnly } from './modules/registry-only.ts';
import { explainStartFailure } from './modules/start-failure.ts';

const USAGE = 'usage: generate-client-secret <client> --to <file>';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
  const [clientId, ...rest] = positionals;
  if (!clientId || rest.length > 0 || !values.to) return complain(USAGE, 2);
  // Opened first: a secret that could be written nowhere would be lost, and count as alive.
  const file = openSync(values.to, 'wx', 0o600);
  try {
    const { generateClientSecret, close } = await openRegistryOnly(loadConfig(process.env), pino({ level: 'silent' }));
    const outcome = await generateClientSecret.execute({ clientId, actor: 'host' }).finally(close);
    if (!outcome.ok) return complain(outcome.message, 1);
    writeSync(file, `${outcome.secret}\n`);
    return 0;
  } finally {
    closeSync(file);
  }
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => (process.exitCode = complain(explainStartFailure(error), 1)),
);
