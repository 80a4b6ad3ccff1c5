import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RegistrySnapshot } from '../../../apps/token-service/src/core/registry/registry-snapshot.ts';
import { sample } from '../cpu-load.ts';
import { inFlight } from '../grpc-load.ts';
import { basic } from '../http-load.ts';
import { clientId, registryOf } from '../registry-of.ts';
import { RESULTS, type Goal, type Report } from '../report.ts';
import { alternate, cpuRatio, medianCpu, type Size } from '../rounds.ts';
import { auditFile, DIGESTS, issuingFrom } from '../use-case.ts';

const SECRET = 'mmcs_the-same-secret-for-every-client-of-the-growth-part';

/** What a token costs, and a client weighs, as there are more of them. */
export async function growth({ rounds, requests, clients }: Size): Promise<Report> {
  mkdirSync(RESULTS, { recursive: true });
  const folder = mkdtempSync(join(RESULTS, 'run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const audit = await auditFile(join(folder, 'audit.jsonl'));
  const registries: { count: number; snapshot: RegistrySnapshot; bytes: number }[] = [];
  for (const count of clients) registries.push({ count, ...(await weighed(count)) });
  const contestants = registries.map(({ count, snapshot }) => {
    const issueToken = issuingFrom(snapshot, audit);
    const authorizations = Array.from({ length: count }, (_, index) => basic(clientId(index), SECRET));
    const issue = (index: number) =>
      issueToken.execute({
        requestId: `request-${index}`,
        // A stride that visits clients far from one another.
        evidence: { found: [{ kind: 'authorization', value: authorizations[(index * 7919) % count]! }] },
        target: { audience: 'inventory' },
      });
    return [String(count), () => sample(requests, () => inFlight(requests, issue))] as const;
  });
  const samples = await alternate(Object.fromEntries(contestants), rounds);
  await audit.close();
  rmSync(folder, { recursive: true, force: true });
  const fewest = samples[String(clients[0])]!;
  const rows = registries.map(({ count, bytes }) => ({
    'clients and policies': count,
    'CPU µs/token': medianCpu(samples[count]!),
    [`× ${clients[0]} clients`]: cpuRatio(samples[count]!, fewest),
    'bytes/client': count >= MEASURABLE ? bytes / count : null,
  }));
  return {
    title: 'growth: clients and policies',
    conditions: [
      `the use case in process with durable audit and no transport; median of ${rounds} rounds of ${requests} tokens over all clients`,
      'bytes: what the heap grows by for the registry read from SQLite, a secret and a policy each',
    ],
    rows,
    goals: [...clients.slice(1).map((count) => flat(count, cpuRatio(samples[count]!, fewest))), ...weight(rows)],
  };
}

/** Below, what a client weighs is lost among everything else. */
const MEASURABLE = 1_000;

function flat(count: number, measured: number): Goal {
  return { what: `CPU with ${count.toLocaleString('en-GB')} clients ÷ fewest`, measured, atLeast: 0.9, atMost: 1.1 };
}

function weight(rows: readonly { readonly 'bytes/client': number | null }[]): Goal[] {
  const measured = rows.at(-1)?.['bytes/client'];
  return measured == null ? [] : [{ what: 'bytes a client', measured, atMost: 2048 }];
}

async function weighed(count: number): Promise<{ snapshot: RegistrySnapshot; bytes: number }> {
  const before = heapBytes();
  const snapshot = await registryOf(count, DIGESTS.digest(SECRET), DIGESTS.keyId);
  return { snapshot, bytes: heapBytes() - before };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
