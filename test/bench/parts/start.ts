import { statSync } from 'node:fs';
import { join } from 'node:path';
import { randomIds } from '../../../apps/token-service/src/adapters/system/random-ids.ts';
import type { AuditEvent } from '../../../apps/token-service/src/core/model/audit-event.ts';
import type { Report } from '../report.ts';
import { median, type Size } from '../rounds.ts';
import { Installation } from '../token-service.ts';
import { auditFile } from '../use-case.ts';

/** How long until the service is ready, with a database that exists. */
export async function start({ rounds, auditRecords }: Size): Promise<Report> {
  const installation = new Installation();
  await measureStart(installation); // makes the keys
  const fresh = await starts(installation, rounds);
  const path = join(installation.dataDir, 'audit.jsonl');
  await fillAudit(path, auditRecords);
  const old = await starts(installation, rounds);
  const mebibytes = statSync(path).size / 1024 / 1024;
  installation.remove();
  return {
    title: 'start: an existing database',
    conditions: [`from the start of the process to its log line "ready", median of ${rounds}`],
    rows: [
      { data: 'database, empty audit file', ...fresh },
      { data: `database, ${auditRecords.toLocaleString('en-GB')} audit records (${mebibytes.toFixed(0)} MiB)`, ...old },
    ],
    goals: [
      { what: 'ms to ready', measured: fresh['ms to ready'], atMost: 1500 },
      { what: 'ms to ready with audit records', measured: old['ms to ready'], atMost: 1500 },
      { what: 'resident MiB when ready', measured: fresh['resident MiB'], atMost: 150 },
    ],
  };
}

async function starts(installation: Installation, rounds: number) {
  const measured: Started[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measureStart(installation));
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

async function measureStart(installation: Installation): Promise<Started> {
  const { server, millis } = await installation.start();
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
