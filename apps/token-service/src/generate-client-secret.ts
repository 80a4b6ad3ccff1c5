// Host verb: makes a secret for a client and writes it to a file that only its owner can read.
//   node apps/token-service/dist/generate-client-secret.js <client> --to <file>
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { AdminError } from '@mintmark/admin-client';
import { loadConfig } from './config/load-config.ts';
import { RequestError } from './core/model/errors.ts';
import { writeClientSecret } from './modules/client-secret-file.ts';
import { explainStartFailure } from './modules/start-failure.ts';

const USAGE = 'usage: generate-client-secret <client> --to <file>';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
  const [clientId, ...rest] = positionals;
  if (!clientId || rest.length > 0 || !values.to) return complain(USAGE, 2);
  await writeClientSecret(loadConfig(process.env), clientId, values.to);
  return 0;
}

function explain(error: unknown): string {
  return error instanceof RequestError || error instanceof AdminError ? error.message : explainStartFailure(error);
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => (process.exitCode = complain(explain(error), 1)),
);
