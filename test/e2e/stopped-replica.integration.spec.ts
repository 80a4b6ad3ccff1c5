import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getKeyStatus } from '@mintmark/admin-client';
import { ROUTES } from '@mintmark/contract';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterlifeSeconds, NOMINAL_TIMING, scaleTiming } from '../../apps/token-service/src/core/model/timing.ts';
import { SAMPLE_CLIENT } from '../../scripts/sample.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import type { Replica } from '../cluster/replica.ts';
import { basic } from './issuing/ask-for-token.ts';

/** An hour is thirty seconds. */
const SCALE = 120;
const timing = scaleTiming(NOMINAL_TIMING, SCALE);
const BURST = 40;

/** What came of a request for a token, and when: milliseconds since 1970-01-01 UTC. */
interface Answer {
  readonly asked: number;
  readonly answered: number;
  /** Of the key that signed the token; `undefined`: there was none. */
  readonly kid: string | undefined;
  readonly jti: string | undefined;
}

let cluster: Cluster;
beforeAll(async () => {
  const settings = { MINTMARK_ROTATION_PERIOD: '1h' };
  cluster = await startCluster({ replicas: 2, consumers: 0, timeScale: SCALE, settings });
}, 180_000);
afterAll(async () => cluster?.[Symbol.asyncDispose]());

async function ask({ httpPort }: Replica): Promise<Answer> {
  const asked = Date.now();
  const response = await fetch(`http://127.0.0.1:${httpPort}${ROUTES.token}`, {
    method: 'POST',
    headers: { authorization: basic(SAMPLE_CLIENT, cluster.clientSecret) },
    body: new URLSearchParams({ grant_type: 'client_credentials', audience: 'inventory' }),
  });
  const { access_token: token } = (await response.json()) as { readonly access_token?: string };
  const answered = Date.now();
  if (token === undefined) return { asked, answered, kid: undefined, jti: undefined };
  return { asked, answered, kid: decodeProtectedHeader(token).kid, jti: decodeJwt(token).jti };
}

async function publicKeys() {
  const { rings } = await cluster.operator.send(getKeyStatus());
  return rings.find(({ ring }) => ring === 'public')!.keys;
}

const signer = async () => (await publicKeys()).find(({ state }) => state === 'active')!;

/** That which signs, and for a while yet. */
async function settledSigner() {
  for (;;) {
    const key = await signer();
    if (key.next!.notBefore.getTime() > Date.now() + 5_000) return key;
    await sleep(200);
  }
}

/** When the key stopped signing, by the clock of the database, which is that of this machine. */
async function retired(kid: string | null): Promise<number> {
  for (;;) {
    const key = (await publicKeys()).find((each) => each.kid === kid);
    if (key?.state === 'deactivated') return key.verifyUntil!.getTime() - 1000 * afterlifeSeconds(timing);
    await sleep(50);
  }
}

/** Ids of the tokens that are on record. */
function recorded({ dataDir }: Replica): ReadonlySet<unknown> {
  const lines = readFileSync(join(dataDir, 'audit.jsonl'), 'utf8').split('\n');
  const whole = lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Record<string, unknown>);
  return new Set(whole.map(({ jti }) => jti));
}

it('a process that is stopped across a rotation lets out nothing that the old key signed, once Z has passed', async () => {
  const stopped = cluster.replicas[0]!;
  const old = await settledSigner();
  await sleep(old.next!.notBefore.getTime() - Date.now() - 500);
  const before = await Promise.all(Array.from({ length: BURST }, () => ask(stopped)));
  expect(before.map(({ kid }) => kid)).toContain(old.kid);

  // Some of these are signed and not yet recorded, some not even read.
  const inHand = Array.from({ length: BURST }, () => ask(stopped));
  await Promise.race(inHand);
  stopped.pause();
  const stoppedAt = Date.now();
  const retiredAt = await retired(old.kid);
  expect(retiredAt).toBeGreaterThan(stoppedAt);
  await sleep(retiredAt + 1000 * timing.signingLeaseSeconds - Date.now());
  const passed = recorded(stopped);
  const goesOnAt = Date.now();
  stopped.resume();

  const late = (await Promise.all(inHand)).filter(({ answered }) => answered >= goesOnAt);
  expect(late.length).toBeGreaterThan(0);
  // One that was on its way out already is bounded by its `exp`.
  expect(late.filter(({ kid, jti }) => kid === old.kid && !passed.has(jti))).toEqual([]);
  const successor = await signer();
  for (let kid = old.kid as string | undefined; kid !== successor.kid; await sleep(20)) {
    kid = (await ask(stopped)).kid;
    expect(kid).not.toBe(old.kid);
  }
}, 120_000);
