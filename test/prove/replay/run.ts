// npm run prove:replay: client assertions, each thrown at three replicas at once and again later, while replicas and Redis are killed
// and their clocks disagree: none is accepted twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RedisReplayGuard } from '../../../apps/token-service/src/adapters/redis/redis-replay-guard.ts';
import { RedisServer } from '../../../scripts/servers/redis.ts';
import { newAssertionKey, REDIS_DECIDES_AFTER_SECONDS } from '../../clients/assertions.ts';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import { Proof, proofArguments } from '../proof.ts';
import { preloading } from '../services.ts';
import { Thrower, type Thrown } from './thrower.ts';

const REPLICAS = 3;
const ASSERTIONS = { full: 100_000, quick: 600 };
/** Between two kills, in milliseconds. */
const KILL_EVERY = { full: 15_000, quick: 3_000 };
const CLIENT = 'thrower';
/** When Redis saves what it remembers, and how much later it is killed, in milliseconds. */
const SAVES_AFTER = 20_000;
const DIES_AFTER = 3_000;

const asked = proofArguments();
const size = asked.quick ? 'quick' : 'full';
const proof = new Proof(
  `${ASSERTIONS[size]} assertions, each thrown at ${REPLICAS} replicas at once and again later, with kills and clocks 8 s behind and ahead: none is accepted twice.`,
  asked,
);
await proof.conduct(proveBoth);

async function proveBoth(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-redis-'));
  let redis = await RedisServer.start({ directory });
  // As if a replica had been there before, so that the time it takes passes while PostgreSQL is looked at.
  const earlier = RedisReplayGuard.open({
    url: redis.url,
    clock: { now: () => new Date() },
    clockErrorSeconds: 10,
    onError: () => undefined,
  });
  const begun = performance.now();
  /** It comes back without what it was told since the save. */
  const restart = async () => {
    await delay(SAVES_AFTER);
    await redis.run('SAVE');
    await delay(DIES_AFTER);
    await redis.stop();
    redis = await RedisServer.start({ directory, port: redis.port });
  };
  try {
    await prove('PostgreSQL', {}, () => 2);
    const left = () => REDIS_DECIDES_AFTER_SECONDS - (performance.now() - begun) / 1000;
    await prove('Redis', { MINTMARK_REDIS_URL: redis.url }, left, asked.quick ? undefined : restart);
  } finally {
    earlier.close();
    await redis.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param restart takes the memory away for a while; not where the proof is to be quick, for then nothing is decided for half a minute */
async function prove(
  store: string,
  settings: Record<string, string>,
  waitSeconds: () => number,
  restart?: () => Promise<void>,
): Promise<void> {
  proof.section(`over ${store}`);
  const preload = preloading(new URL('preload.ts', import.meta.url));
  const sabotage = asked.sabotage === undefined ? {} : { PROVE_SABOTAGE: asked.sabotage };
  await using cluster = await startCluster({
    ...{ replicas: REPLICAS, consumers: 0, timeScale: 1 },
    settings: { ...preload, ...sabotage, ...settings },
  });
  const key = newAssertionKey();
  await cluster.operator.apply(declaration(key.jwk));
  await delay(Math.max(0, waitSeconds()) * 1000);
  const thrower = new Thrower({ replicas: cluster.replicas, issuer: cluster.issuer, clientId: CLIENT, key });
  const killing = new AbortController();
  const kills = killNowAndThen(cluster, killing.signal);
  const [thrown] = await Promise.all([thrower.throw(ASSERTIONS[size]), restart?.()]);
  killing.abort();
  report(thrown, await kills);
}

function declaration(jwk: object): string {
  return JSON.stringify({
    apiVersion: 'mintmark/v1',
    resources: [{ id: 'target', scopes: ['hit'] }],
    clients: [{ id: CLIENT, credentials: [{ kind: 'private_key_jwt', jwks: { keys: [jwk] } }] }],
    policies: [{ client: CLIENT, resource: 'target', scopes: ['hit'] }],
  });
}

/** One replica after the other. @returns how often */
async function killNowAndThen({ replicas }: Cluster, signal: AbortSignal): Promise<number> {
  let kills = 0;
  while (!signal.aborted) {
    await delay(KILL_EVERY[size], undefined, { signal }).catch(() => undefined);
    const victim = replicas[kills % replicas.length];
    if (signal.aborted || !victim) break;
    await victim.kill();
    kills += 1;
    await victim.start();
  }
  return kills;
}

function report(thrown: Thrown, kills: number): void {
  const { assertions, requests, acceptedOnce, acceptedTwice, undecided, answers } = thrown;
  const row = (scenario: string, expected: string, observed: string, holds: boolean) =>
    proof.row({ scenario, expected, observed, holds });
  row(
    `${assertions} assertions in ${requests} requests`,
    '0 accepted twice',
    `${acceptedTwice} accepted twice`,
    acceptedTwice === 0,
  );
  const decided = assertions - undecided;
  const share = (100 * acceptedOnce) / decided;
  row(
    'accepted at all',
    'at least 90 % of those decided: others lost in kills',
    `${acceptedOnce} (${share.toFixed(1)} %), ${undecided} undecided`,
    share >= 90,
  );
  const told = [...answers].map(([code, count]) => `${count} ${code}`).join(', ');
  const refused = (answers.get('CLIENT_AUTHENTICATION_FAILED') ?? 0) >= decided;
  row('answers', 'every repetition refused', told, refused);
  row('replicas killed', 'at least 1', String(kills), kills > 0);
}
