import { statSync } from 'node:fs';
import { join } from 'node:path';
import { randomIds } from '../../../apps/token-service/src/adapters/system/random-ids.ts';
import type { AuditEvent } from '../../../apps/token-service/src/core/model/audit-event.ts';
import { MeasuredProcess } from '../measured-process.ts';
import type { Report } from '../report.ts';
import { median, type Size } from '../rounds.ts';
import { Installation } from '../token-service.ts';
import { auditFile } from '../use-case.ts';

/** How long until the service is ready, with a database that exists. */
export async function start({ starts: rounds, auditRecords }: Size): Promise<Report> {
  const installation = new Installation();
  const begin = () => installation.start();
  await measure(begin); // makes the keys
  const bare = await starts(startBare, rounds);
  const fresh = await starts(begin, rounds);
  const path = join(installation.dataDir, 'audit.jsonl');
  await fillAudit(path, auditRecords);
  const old = await starts(begin, rounds);
  const mebibytes = statSync(path).size / 1024 / 1024;
  installation.remove();
  return {
    title: 'start: an existing database',
    conditions: [
      `from the start of the process to its log line "ready", median of ${rounds}; CPU ms is what it takes on an idle core at best`,
    ],
    rows: [
      { process: 'bare Fastify token route', ...bare },
      { process: 'mintmark, empty audit file', ...fresh },
      {
        process: `mintmark, ${auditRecords.toLocaleString('en-GB')} audit records (${mebibytes.toFixed(0)} MiB)`,
        ...old,
      },
    ],
    goals: [
      { what: 'ms to ready', measured: fresh['ms to ready'], atMost: 1500 },
      { what: 'ms to ready with audit records', measured: old['ms to ready'], atMost: 1500 },
      { what: 'resident MiB when ready', measured: fresh['resident MiB'], atMost: 150 },
    ],
  };
}

type Start = () => Promise<{ server: MeasuredProcess; millis: number }>;

async function startBare(): Promise<{ server: MeasuredProcess; millis: number }> {
  const begin = performance.now();
  const server = await MeasuredProcess.start('test/bench/servers/bare-token-route.ts');
  return { server, millis: performance.now() - begin };
}

async function starts(start: Start, rounds: number) {
  const measured: Started[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(start));
  return {
    'ms to ready': median(measured.map(({ millis }) => millis)),
    'CPU ms': median(measured.map(({ cpuMillis }) => cpuMillis)),
    'resident MiB': median(measured.map(({ mebibytes }) => mebibytes)),
  };
}

interface Started {
  readonly millis: number;
  readonly cpuMillis: number;
  readonly mebibytes: number;
}

async function measure(start: Start): Promise<Started> {
  const { server, millis } = await start();
  const measured = { millis, cpuMillis: server.cpuMicros() / 1000, mebibytes: server.residentMebibytes() };
  await server.stop();
  return measured;
}

/** Records as the service writes them, and with its own writer, so that the chain holds. */
async function fillAudit(path: string, records: number): Promise<void> {
  const audit = await auditFile(path);
  const batch = 5_000;
  for (let written = 0; written < records; written += batch)
    await Promise.all(Array.from({ length: Math.min(batch, records - written) }, () => audit.append(issued())));
  await audit.close();
}

function issued(): AuditEvent {
  const now = new Date();
  return {
    event: 'token.issued',
    time: now,
    requestId: randomIds.next(),
    client: 'orders',
    method: 'client_secret_basic',
    credentialId: randomIds.next(),
    resource: 'inventory',
    scopes: ['stock:read', 'stock:reserve'],
    jti: randomIds.next(),
    kid: 'a-thumbprint-of-forty-three-characters-long',
    expiresAt: now,
    rule: 'orders/inventory',
  };
}
