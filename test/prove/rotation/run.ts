// npm run prove:rotation: keys rotate by themselves on three replicas while everything around them fails, and no verifier
// refuses a token. `--publish-ahead 60s` lets keys sign before verifiers can know them: then the same command shows refusals.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type Cluster, type ClusterOptions } from '../../cluster/cluster.ts';
import { Proof, proofArguments } from '../proof.ts';
import { preloading } from '../services.ts';
import { Faults } from './faults.ts';
import { Load } from './load.ts';
import { tellDurations } from './durations.ts';
import { countRotations, lateTokens, type RetiredKey } from './rotations.ts';
import { consumer, joseRemote, ourVerifier, slowPoller, type TokenJudge } from './verifiers.ts';

/** An hour between rotations is ten seconds, or twenty where other work may be going on beside. */
const PACES = {
  full: { rotations: 50, period: '1h', timeScale: 360 },
  quick: { rotations: 2, period: '1h', timeScale: 180 },
  // Without the bound on P nothing keeps keys from rotating faster than verifiers look: the slow ones fall behind by several.
  unsafe: { rotations: 5, period: '10m', timeScale: 120 },
} as const;
const REPLICAS = 3;
const TOKENS_PER_SECOND = 30;

const { publishAhead, rest } = takePublishAhead(process.argv.slice(2));
const asked = proofArguments(rest);
const {
  rotations: wanted,
  period,
  timeScale,
} = PACES[publishAhead !== undefined ? 'unsafe' : asked.quick ? 'quick' : 'full'];
const settings = { MINTMARK_ROTATION_PERIOD: period, MINTMARK_PUBLISH_AHEAD: publishAhead ?? '1h' };

/** Why the consumer let no one in, in the words it keeps to its own log; expired tokens among them. */
const denials = new Map<string, number>();

const proof = new Proof(
  `${wanted} rotations on ${REPLICAS} replicas and PostgreSQL, with kills, stops and cut connections: no token is refused. Durations are divided by ${timeScale}.`,
  asked,
);
await proof.conduct(prove);

async function prove(): Promise<void> {
  tellDurations(settings, timeScale);
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-rotation-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster(clusterOptions(folder));
  const judges = await verifiersOf(cluster);
  writeFileSync(join(folder, 'begun'), '');
  report(await rotateUnderFire(cluster, judges));
}

interface Seen {
  readonly load: Load;
  readonly faults: Faults;
  readonly rotations: number;
  readonly retired: readonly RetiredKey[];
}

/** However it ends, nothing is asked, judged or broken any more when it has. */
async function rotateUnderFire(cluster: Cluster, judges: readonly TokenJudge[]): Promise<Seen> {
  const load = new Load({ issuer: cluster.issuer, secret: cluster.clientSecret, judges });
  const faults = new Faults(cluster.replicas);
  await using going = new AsyncDisposableStack();
  for (const judge of judges) going.defer(() => judge.close());
  going.defer(() => load.stop());
  going.defer(() => faults.stop());
  load.start(TOKENS_PER_SECOND);
  faults.start();
  return { load, faults, ...(await countRotations(cluster, { wanted, onRotation: progress })) };
}

/** @param folder where a file says that all is up, and may be broken */
function clusterOptions(folder: string): ClusterOptions {
  const broken = asked.sabotage !== undefined && {
    ...preloading(new URL('sabotage.ts', import.meta.url)),
    PROVE_SABOTAGE: asked.sabotage,
    PROVE_SABOTAGE_FROM: join(folder, 'begun'),
  };
  const unsafe = publishAhead !== undefined && { MINTMARK_MODE: 'development', MINTMARK_UNSAFE_TIMING: 'true' };
  return {
    ...{ replicas: REPLICAS, consumers: 1, timeScale },
    settings: { ...settings, ...unsafe, ...broken },
    onLine: countDenial,
  };
}

function countDenial(name: string, line: string): void {
  const code = name === 'consumer-1' && line.includes('"denied"') && /"code":"([A-Z_]+)"/.exec(line)?.[1];
  if (code) denials.set(code, (denials.get(code) ?? 0) + 1);
}

/** From the promptest to the slowest that the timing has to bear: 20 minutes is Istio's interval, 30 the limit (C). */
async function verifiersOf(cluster: Cluster): Promise<readonly TokenJudge[]> {
  const [inventory] = cluster.consumers;
  return [
    await ourVerifier(cluster),
    consumer(String(inventory?.ready.http)),
    joseRemote(cluster),
    await slowPoller(cluster, { name: 'polls every 20 min', everySeconds: 1_200, cacheSeconds: 0 }),
    await slowPoller(cluster, { name: 'polls every 20 min, HTTP cache of 15', everySeconds: 1_200, cacheSeconds: 900 }),
  ];
}

function report({ load, faults, rotations, retired }: Seen): void {
  console.log(`\nFaults: ${listed(faults.counts)}.`);
  console.log(`Tokens received: ${load.received.length}; attempts that brought none: ${listed(load.failed)}.`);
  console.log(`The consumer's own log, of every call also too late to count: ${listed(denials)}.`);
  proof.section('Rotations');
  proof.row({
    scenario: 'rotations that the replicas did by themselves',
    expected: `at least ${wanted}`,
    observed: String(rotations),
    holds: rotations >= wanted,
  });
  const late = lateTokens(load.received, retired, timeScale);
  proof.row({
    scenario: 'tokens that left later than Z after their key retired',
    expected: '0',
    observed: `${late} of ${load.received.length}`,
    holds: late === 0 && load.received.length > 0,
  });
  proof.section('Tokens refused: shown at once, in mid-life, and just before they expire');
  for (const [name, { looks, undecided, refused }] of load.tallies) {
    const unable = [...undecided.values()].reduce((sum, each) => sum + each, 0);
    proof.row({
      scenario: name,
      expected: '0 refused',
      observed: `${refused.size > 0 ? listed(refused) : 0} of ${looks}${unable > 0 ? `; could not tell: ${listed(undecided)}` : ''}`,
      holds: refused.size === 0 && looks > 2 * unable,
    });
  }
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(', ') || 'none';
}

function progress(done: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${wanted} rotations `);
}

function takePublishAhead(argv: readonly string[]): { publishAhead: string | undefined; rest: readonly string[] } {
  const at = argv.indexOf('--publish-ahead');
  if (at < 0) return { publishAhead: undefined, rest: argv };
  const publishAhead = argv[at + 1];
  if (publishAhead === undefined) throw new TypeError('--publish-ahead takes a duration, such as 60s');
  return { publishAhead, rest: argv.toSpliced(at, 2) };
}
