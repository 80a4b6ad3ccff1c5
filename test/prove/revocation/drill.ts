import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import {
  compromiseKey,
  createAdminClient,
  getKeyHoldings,
  operatorSecret,
  revoke,
  type AdminCall,
  type AdminClient,
  type KeyHoldings,
} from '@mintmark/admin-client';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import type { Replica } from '../../cluster/replica.ts';
import { TcpProxy } from '../../cluster/tcp-proxy.ts';
import { basic, claimsOf } from '../../e2e/issuing/ask-for-token.ts';
import type { Proof, ProofArguments } from '../proof.ts';
import { preloading } from '../services.ts';
import { Consumers } from './consumers.ts';
import { Hosts } from './hosts.ts';
import { BYSTANDER, clientOf, declarationOf, OPERATING_CLIENT } from './declaration.ts';
import {
  isAsExpected,
  isRefusal,
  judge,
  reportHoldings,
  reportRefusals,
  reportStragglers,
  type Judged,
  type Looks,
} from './judge.ts';
import type { Look } from './verifier-host.ts';

/** Verifiers that find the issuer alike. */
export interface Group extends Judged {
  readonly count: number;
  /** Through the load balancer; from a replica that loses its database; or by a way that is cut. */
  readonly place: 'balancer' | 'cut-off replica' | 'cut';
  readonly refreshSeconds: number;
}

export interface Drill {
  readonly title: string;
  readonly timeScale: number;
  readonly rounds: number;
  readonly groups: readonly Group[];
  /** Whole services, which watch. */
  readonly consumers: number;
  /** Real seconds after which every bound has passed. */
  readonly waitSeconds: number;
  /** Within which those that were cut off hear of it once they are back; absent: not looked at. */
  readonly backWithinSeconds?: number;
}

const CONSUMERS: Judged = {
  ...{ name: 'whole services, watching', bound: 2, nominal: 'and not a moment more' },
  watches: true,
};

/** The cluster of one drill, its verifiers, and how it is cut. */
interface Scene {
  readonly cluster: Cluster;
  readonly admin: AdminClient;
  readonly hosts: Hosts;
  readonly consumers: Consumers;
  readonly cut: () => void;
  readonly heal: () => void;
  readonly sound: Replica;
  readonly other: Replica;
  tell(ready: boolean): void;
}

/** Revokes, compromises, and judges who goes on for how long. */
export async function conductDrill(drill: Drill, proof: Proof, asked: ProofArguments): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const scene = await setScene(drill, asked, stack);
  for (let round = 0; round < drill.rounds; round += 1) await conductRound(drill, { proof, scene, round });
}

async function conductRound(
  drill: Drill,
  { proof, scene, round }: { proof: Proof; scene: Scene; round: number },
): Promise<void> {
  const { cluster, admin, hosts, consumers } = scene;
  const client = clientOf(round);
  const tokens = await tokensOf(cluster, client);
  const accepting = (await hosts.look(tokens)) + (await consumers.look(tokens));
  const all = drill.groups.reduce((sum, { count }) => sum + count, consumers.count);
  proof.section(`${drill.title}, round ${round + 1}: mintmark revoke token, mintmark revoke client ${client}`);
  proof.row({
    scenario: 'before: verifiers that accept the tokens',
    ...{ expected: String(all), observed: String(accepting), holds: accepting === all },
  });
  scene.cut();
  const revokedAt = await revokeAll(admin, tokens, client);
  const afterRevocation = await waitAndLook(drill, scene);
  reportRefusals(proof, afterRevocation, revokedAt);
  reportStragglers(proof, afterRevocation, Object.keys(revokedAt));
  if (drill.backWithinSeconds !== undefined) {
    await comeBack(drill, { proof, scene, names: Object.keys(revokedAt) });
    scene.cut();
  }

  proof.section(`${drill.title}, round ${round + 1}: mintmark keys compromise, of the key that signed them`);
  const compromisedAt = { key: await sentTo(admin, compromise(tokens['key'] ?? '')) };
  const afterCompromise = await waitAndLook(drill, scene);
  reportRefusals(proof, afterCompromise, compromisedAt);
  reportStragglers(proof, afterCompromise, ['key']);
  if (drill.groups.some(({ watches }) => watches))
    reportHoldings(proof, afterCompromise, await settledHoldings(admin, afterCompromise));
  if (drill.backWithinSeconds !== undefined) await comeBack(drill, { proof, scene, names: ['key'] });
}

async function setScene(drill: Drill, asked: ProofArguments, stack: AsyncDisposableStack): Promise<Scene> {
  const { timeScale, groups } = drill;
  const sabotage = asked.sabotage === undefined ? undefined : new URL('sabotage.ts', import.meta.url);
  const broken = sabotage ? { ...preloading(sabotage), PROVE_SABOTAGE: asked.sabotage ?? 'all' } : {};
  const cluster = stack.use(await startCluster({ replicas: 2, consumers: 0, timeScale, settings: broken }));
  await cluster.operator.apply(declarationOf(drill.rounds));
  const [sound, other] = cluster.replicas as readonly [Replica, Replica];
  const hop = async (port: () => number) => {
    const proxy = await TcpProxy.start(() => [port()]);
    stack.defer(() => proxy.close());
    return proxy;
  };
  const away = { http: await hop(() => portOf(cluster.issuer)), grpc: await hop(() => sound.grpcPort) };
  let otherIsReady = true;
  const behind = await hop(() => (otherIsReady ? other.httpPort : sound.httpPort));
  const places: Record<Group['place'], { base: string; address: string }> = {
    balancer: { base: cluster.issuer, address: `127.0.0.1:${sound.grpcPort}` },
    'cut-off replica': { base: at(behind.port), address: '' },
    cut: { base: at(away.http.port), address: `127.0.0.1:${away.grpc.port}` },
  };
  const hosts = new Hosts({
    preload: sabotage,
    ...(asked.sabotage !== undefined && { environment: { PROVE_SABOTAGE: asked.sabotage } }),
  });
  stack.use(hosts);
  const admin = await adminOf(cluster, sound);
  stack.defer(() => admin.close());
  const watch = { clientId: OPERATING_CLIENT, secret: await cluster.operator.newSecret(OPERATING_CLIENT) };
  await sleep((2 / timeScale) * 1000); // Until every replica knows the secret: a refusal would be remembered for a while.
  for (const { name: group, count, place, watches, refreshSeconds } of groups) {
    const { base, address } = places[place];
    await hosts.open({
      ...{ group, count, issuer: cluster.issuer, base, timeScale, refreshSeconds },
      ...(watches && { watch: { ...watch, address } }),
    });
  }
  const watching = { ...watch, address: places.balancer.address };
  const consumers = await Consumers.start(cluster, { count: drill.consumers, watch: watching, settings: broken });
  stack.use(consumers);
  // Only where somebody polls it: a replica without its database is no part of the others' bounds.
  const database = groups.some(({ place }) => place === 'cut-off replica') ? [other.database] : [];
  const cuts = [away.http, away.grpc, ...database];
  return {
    ...{ cluster, admin, hosts, consumers, sound, other },
    cut: () => cuts.forEach((each) => each.cut()),
    heal: () => cuts.forEach((each) => each.heal()),
    tell: (ready) => (otherIsReady = ready),
  };
}

async function waitAndLook({ groups, waitSeconds }: Drill, scene: Scene): Promise<Looks> {
  const watching = followReadiness(scene.other, (ready) => scene.tell(ready));
  await sleep(waitSeconds * 1000);
  watching.stop();
  const looks = new Map<Judged, readonly Look[]>();
  for (const group of groups) looks.set(group, await scene.hosts.report(group.name));
  if (scene.consumers.count > 0) looks.set(CONSUMERS, scene.consumers.report());
  return looks;
}

/** One to be revoked by its id, one that goes with its client, and one of another client that goes with its key. */
async function tokensOf(cluster: Cluster, client: string): Promise<Readonly<Record<string, string>>> {
  const secrets = new Map<string, string>();
  for (const id of [client, BYSTANDER]) secrets.set(id, await cluster.operator.newSecret(id));
  const token = async (id = client) => {
    const response = await fetch(cluster.issuer + ROUTES.token, {
      method: 'POST',
      headers: { authorization: basic(id, secrets.get(id) ?? '') },
      body: new URLSearchParams({ grant_type: 'client_credentials', audience: 'inventory' }),
    });
    const answer = (await response.json()) as { access_token?: string; code?: string };
    if (answer.access_token === undefined) throw new Error(`no token for ${id}: ${answer.code}`);
    return answer.access_token;
  };
  await untilKnown(token);
  await untilKnown(() => token(BYSTANDER));
  return { token: await token(), client: await token(), key: await token(BYSTANDER) };
}

/** A replica may take until its next look at the registry to know a new secret. */
async function untilKnown(token: () => Promise<string>): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const good = await Promise.all([token(), token(), token(), token()]).catch(() => undefined);
    if (good) return;
    await sleep(250);
  }
}

/** @returns when each was commanded, by the name of the token, in milliseconds since 1970 */
async function revokeAll(
  admin: AdminClient,
  tokens: Readonly<Record<string, string>>,
  client: string,
): Promise<Readonly<Record<string, number>>> {
  const jti = String(claimsOf(tokens['token'] ?? '')['jti']);
  return {
    token: await sentTo(admin, revoke({ kind: 'token', id: jti })),
    client: await sentTo(admin, revoke({ kind: 'client', id: client })),
  };
}

/** No standby is old enough in a cluster this young, so a fresh key takes over. */
function compromise(token: string): AdminCall<unknown> {
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as { kid: string };
  return compromiseKey(kid, { reason: 'a drill', withoutStandby: 'fresh-key' });
}

/** Their tokens were of the key, so they come back with others first: as who waits at `mintmark keys compromise` sees it. */
async function settledHoldings(admin: AdminClient, looks: Looks): Promise<KeyHoldings> {
  const until = Date.now() + 25_000;
  for (;;) {
    const holdings = await admin.send(getKeyHoldings());
    if (isAsExpected(looks, holdings) || Date.now() > until) return holdings;
    await sleep(500);
  }
}

async function sentTo(admin: AdminClient, call: AdminCall<unknown>): Promise<number> {
  const sentAt = Date.now();
  await admin.send(call);
  return sentAt;
}

/** The operator asks the replica that keeps its database: the load balancer still offers the other one for a while. */
async function adminOf({ operator, issuer, timeScale }: Cluster, place: Replica): Promise<AdminClient> {
  const identity = operatorSecret({ clientId: 'operator', secret: await operator.newSecret('operator') });
  const there = (where: string | URL | Request) =>
    (where instanceof Request ? where.url : where).toString().replace(issuer, at(place.httpPort));
  return createAdminClient({
    ...{ url: at(place.adminPort), issuer, identity, timeScale, timeoutSeconds: 5 },
    fetch: (where, init) => fetch(there(where), init),
  });
}

/** What a load balancer does: a replica that is not ready gets nothing more. */
function followReadiness(replica: Replica, tell: (ready: boolean) => void): { stop(): void } {
  const stopping = new AbortController();
  const look = async () => {
    while (!stopping.signal.aborted) {
      const answer = await fetch(`${replica.managementUrl}/readyz`).catch(() => undefined);
      tell(answer?.ok ?? false);
      await sleep(100);
    }
  };
  void look();
  return { stop: () => stopping.abort() };
}

/** Whoever was cut off hears of it as soon as it is back. */
async function comeBack(
  { groups, backWithinSeconds: bound = 0 }: Drill,
  { proof, scene, names }: { proof: Proof; scene: Scene; names: readonly string[] },
): Promise<void> {
  const backAt = Date.now();
  scene.heal();
  scene.tell(true);
  const group = groups.find(({ place }) => place === 'cut')?.name ?? '';
  const look = () => scene.hosts.report(group);
  const knows = ({ refused }: Look) => names.every((name) => isRefusal(name, refused[name]?.code));
  let looks = await look();
  while (!looks.every(knows) && Date.now() < backAt + bound * 1000) {
    await sleep(250);
    looks = await look();
  }
  const seconds = looks
    .filter(knows)
    .map(({ refused }) => Math.max(...names.map((name) => ((refused[name]?.at ?? 0) - backAt) / 1000)));
  const judged = judge(seconds, looks.length, { bound, nominal: 'the longest back-off, and a poll' });
  proof.row({ scenario: 'cut off, once they are back', ...judged });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function at(port: number): string {
  return `http://127.0.0.1:${port}`;
}
