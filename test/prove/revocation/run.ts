// npm run prove:revocation: 500 verifiers of several classes, and how long each goes on accepting a token after the command
// that revokes it, or its client, or ends the trust in its key: within the bound of its class, and whoever cannot have heard of
// it is listed by name, by the issuer too.
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
import { HostedProcess } from '../hosted-process.ts';
import { Proof, proofArguments } from '../proof.ts';
import { preloading } from '../services.ts';
import { BYSTANDER, clientOf, declarationOf, OPERATING_CLIENT } from './declaration.ts';
import type { Look } from './verifier-host.ts';

const asked = proofArguments();
/** The smaller, the nearer to a real fleet; the larger, the sooner it is over. */
const TIME_SCALE = asked.quick ? 10 : 6;
const VERIFIERS = 500;
const ROUNDS = { full: 3, quick: 1 };
/** What no scale divides: the command itself, and hundreds of verifiers in one process that all fetch at once. Seconds. */
const UNSCALED = 2;
/** What is told at once waits for nothing that a scale divides. */
const WATCHING = 2 + UNSCALED;
/** A poll every 60 s, give or take a tenth, and what the answer takes. */
const POLLING = 70 / TIME_SCALE + UNSCALED;
/** Z: how long a replica that is cut off answers for what it heard last. */
const LEASE = 300 / TIME_SCALE;
/** The longest back-off of a verifier that comes back, and a poll for good measure. */
const BACK = 30 / TIME_SCALE + POLLING;

const rounds = asked.quick ? ROUNDS.quick : ROUNDS.full;

const proof = new Proof(
  `${VERIFIERS} verifiers refuse a revoked token, every token of a revoked client, and every token of a compromised key, within the bound of their class. Durations are divided by ${TIME_SCALE}; ${UNSCALED} s more are for what no scale divides.`,
  asked,
);
await proof.conduct(prove);

interface Group {
  readonly name: string;
  readonly count: number;
  /** Base URL at which its verifiers find the issuer. */
  readonly base: string;
  /** Where it watches over gRPC; absent: it only polls. */
  readonly address?: string;
  /** Seconds from the command to the last refusal; absent: it cannot hear of it. */
  readonly bound: number | undefined;
}

async function prove(): Promise<void> {
  const sabotage = asked.sabotage === undefined ? undefined : new URL('sabotage.ts', import.meta.url);
  const broken = sabotage && { ...preloading(sabotage), PROVE_SABOTAGE: asked.sabotage ?? 'all' };
  await using cluster = await startCluster({
    ...{ replicas: 2, consumers: 0, timeScale: TIME_SCALE },
    ...(broken && { settings: broken }),
  });
  await cluster.operator.apply(declarationOf(rounds));
  await using stack = new AsyncDisposableStack();
  const [sound, other] = cluster.replicas as readonly [Replica, Replica];
  const away = await TcpProxy.start(() => [sound.httpPort]);
  stack.defer(() => away.close());
  const awayWatching = await TcpProxy.start(() => [sound.grpcPort]);
  stack.defer(() => awayWatching.close());
  let otherIsReady = true;
  const behind = await TcpProxy.start(() => [otherIsReady ? other.httpPort : sound.httpPort]);
  stack.defer(() => behind.close());
  const groups = groupsOf(cluster, { away, awayWatching, behind });
  const host = HostedProcess.start(new URL('verifier-host.ts', import.meta.url), {
    preload: sabotage,
    ...(asked.sabotage !== undefined && { environment: { PROVE_SABOTAGE: asked.sabotage } }),
  });
  stack.defer(() => host.stop());
  const admin = await adminOf(cluster, sound);
  stack.defer(() => admin.close());
  const secret = await cluster.operator.newSecret(OPERATING_CLIENT);
  for (const { name: group, count, base, address } of groups) {
    const watch = address === undefined ? {} : { watch: { address, clientId: OPERATING_CLIENT, secret } };
    await host.call('open', { group, count, issuer: cluster.issuer, base, timeScale: TIME_SCALE, ...watch });
  }

  const network = {
    cut: () => {
      for (const hop of [away, awayWatching, other.database]) hop.cut();
    },
    heal: () => {
      for (const hop of [away, awayWatching, other.database]) hop.heal();
      otherIsReady = true;
    },
  };
  const waitAndLook = async () => {
    const watching = followReadiness(other, (ready) => (otherIsReady = ready));
    await sleep((asked.quick ? POLLING : POLLING + LEASE) * 1000);
    watching.stop();
    return new Map(await Promise.all(groups.map(async ({ name }) => [name, await lookAt(host, name)] as const)));
  };

  for (let round = 0; round < rounds; round += 1) {
    const tokens = await tokensOf(cluster, clientOf(round));
    const accepting = await host.call<number>('look', tokens);
    proof.section(`Round ${round + 1}: mintmark revoke token, mintmark revoke client ${clientOf(round)}`);
    proof.row({
      scenario: 'before: verifiers that accept the tokens',
      ...{ expected: String(VERIFIERS), observed: String(accepting), holds: accepting === VERIFIERS },
    });
    network.cut();
    const revokedAt = await revokeAll(admin, tokens, clientOf(round));
    const afterRevocation = await waitAndLook();
    for (const group of groups) report(group, afterRevocation.get(group.name) ?? [], revokedAt);
    reportStragglers(groups, afterRevocation, Object.keys(revokedAt));
    if (!asked.quick) {
      await comeBack({ host, groups, names: Object.keys(revokedAt), heal: () => network.heal() });
      network.cut();
    }

    proof.section(`Round ${round + 1}: mintmark keys compromise, of the key that signed them`);
    const compromisedAt = { key: await sentTo(admin, compromise(tokens['key'] ?? '')) };
    const afterCompromise = await waitAndLook();
    for (const group of groups) report(group, afterCompromise.get(group.name) ?? [], compromisedAt);
    reportStragglers(groups, afterCompromise, ['key']);
    reportHoldings(groups, afterCompromise, await admin.send(getKeyHoldings()));
    await comeBack({ host, groups, names: ['key'], heal: () => network.heal() });
  }
}

function lookAt(host: HostedProcess, group: string): Promise<readonly Look[]> {
  return host.call<readonly Look[]>('report', group);
}

/** Most watch; a tenth only poll, a tenth poll a replica that loses the database, and a twentieth watches and is cut off from all. */
function groupsOf(
  cluster: Cluster,
  { away, awayWatching, behind }: { away: TcpProxy; awayWatching: TcpProxy; behind: TcpProxy },
): readonly Group[] {
  const cutOff = VERIFIERS * 0.05;
  // It takes as long as a replica may answer for what it heard last, so a quick run leaves it out.
  const behindCutOff = asked.quick ? 0 : VERIFIERS * 0.1;
  const polling = VERIFIERS * 0.1;
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const [sound] = cluster.replicas as readonly [Replica, ...Replica[]];
  const found = { base: at(sound.httpPort) };
  const watching = { count: VERIFIERS - polling - behindCutOff - cutOff, address: `127.0.0.1:${sound.grpcPort}` };
  const groups = [
    { name: 'watching', ...found, ...watching, bound: WATCHING },
    { name: 'polling', ...found, count: polling, bound: POLLING },
    { name: 'behind a cut-off replica', count: behindCutOff, base: at(behind.port), bound: POLLING + LEASE },
    {
      ...{ name: 'cut off', count: cutOff, bound: undefined },
      ...{ base: at(away.port), address: `127.0.0.1:${awayWatching.port}` },
    },
  ];
  return groups.filter(({ count }) => count > 0);
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
  for (let attempt = 0; attempt < 20; attempt += 1) {
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

async function sentTo(admin: AdminClient, call: AdminCall<unknown>): Promise<number> {
  const sentAt = Date.now();
  await admin.send(call);
  return sentAt;
}

/** The operator asks the replica that keeps its database: the load balancer still offers the other one for a while. */
async function adminOf({ operator, issuer }: Cluster, { adminPort, httpPort }: Replica): Promise<AdminClient> {
  const identity = operatorSecret({ clientId: 'operator', secret: await operator.newSecret('operator') });
  const there = (place: string | URL | Request) =>
    (place instanceof Request ? place.url : place).toString().replace(issuer, `http://127.0.0.1:${httpPort}`);
  return createAdminClient({
    ...{ url: `http://127.0.0.1:${adminPort}`, issuer, identity, timeScale: TIME_SCALE, timeoutSeconds: 5 },
    fetch: (place, init) => fetch(there(place), init),
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

/** @param commandedAt by the name of each token that is to be refused, in milliseconds since 1970 */
function report({ name, bound }: Group, looks: readonly Look[], commandedAt: Readonly<Record<string, number>>): void {
  for (const [token, at] of Object.entries(commandedAt)) {
    for (const cached of [true, false]) {
      const some = looks.filter((look) => look.cached === cached);
      const seconds = some.flatMap(({ refused }) => {
        const found = refused[token];
        return found && isRefusal(token, found.code) ? [(found.at - at) / 1000] : [];
      });
      const scenario = `${name}, by ${token}, ${cached ? 'cached' : 'uncached'}`;
      proof.row({ scenario, ...judged(seconds, some.length, bound) });
    }
  }
}

/** A compromised key is gone from the key set, and revoked: whichever a verifier hears first. */
function isRefusal(token: string, code: string | undefined): boolean {
  return code === 'TOKEN_REVOKED' || (token === 'key' && code === 'KEY_UNKNOWN');
}

function judged(seconds: readonly number[], count: number, bound: number | undefined) {
  const sorted = seconds.toSorted((one, other) => one - other);
  const [half = NaN, last = NaN] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (bound === undefined) {
    const holds = seconds.length === 0 && count > 0;
    return { expected: 'none can have heard of it', observed: `${seconds.length} refused it`, holds };
  }
  const expected = `all within ${bound.toFixed(1)} s (nominal ${nominal(bound)})`;
  const times = seconds.length === 0 ? '' : `; half in ${half.toFixed(1)} s, the last in ${last.toFixed(1)} s`;
  const holds = seconds.length === count && count > 0 && last <= bound;
  return { expected, observed: `${seconds.length} of ${count}${times}`, holds };
}

function nominal(bound: number): string {
  return `${bound === WATCHING ? 2 : Math.round((bound - UNSCALED) * TIME_SCALE)} s`;
}

function isCutOff({ bound }: Group): boolean {
  return bound === undefined;
}

/** Who still accepts anything is named, and it is those that were cut off and nobody else. */
function reportStragglers(
  groups: readonly Group[],
  looks: ReadonlyMap<string, readonly Look[]>,
  tokens: readonly string[],
): void {
  const accepts = ({ refused }: Look) => tokens.some((name) => !isRefusal(name, refused[name]?.code));
  const stragglers = [...looks.values()].flat().filter(accepts);
  const cutOff = groups.filter(isCutOff).flatMap(({ name }) => looks.get(name) ?? []);
  proof.row({
    scenario: 'stragglers',
    expected: `${cutOff.length}: those that were cut off`,
    observed: namesOf(stragglers.map(({ name }) => name)),
    holds: stragglers.length === cutOff.length && stragglers.every((look) => cutOff.includes(look)),
  });
}

/** The issuer itself names those that watched and have not said that they have the new key set, and nobody else. */
function reportHoldings(
  groups: readonly Group[],
  looks: ReadonlyMap<string, readonly Look[]>,
  { rings }: KeyHoldings,
): void {
  const ring = rings.find(({ ring: name }) => name === 'public');
  const cutOff = groups.filter(isCutOff).flatMap(({ name }) => looks.get(name) ?? []);
  const expected = cutOff.map(({ name }) => `${OPERATING_CLIENT} for inventory, ${name}`);
  const watching = groups.filter(({ address }) => address !== undefined).reduce((sum, { count }) => sum + count, 0);
  const { holding = 0, verifiers = 0, missing = [] } = ring ?? {};
  proof.row({
    scenario: 'as the issuer tells: who has the new key set',
    expected: `${watching - cutOff.length} of ${watching}; missing: those cut off`,
    observed: `${holding} of ${verifiers}; ${namesOf(missing.map((label) => label.split(', ').at(-1) ?? label))}`,
    holds:
      holding === watching - cutOff.length &&
      verifiers === watching &&
      missing.toSorted().join() === expected.toSorted().join(),
  });
}

function namesOf(names: readonly string[]): string {
  return `${names.length}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}

interface Return {
  readonly host: HostedProcess;
  readonly groups: readonly Group[];
  /** Of the tokens that are to be refused. */
  readonly names: readonly string[];
  readonly heal: () => void;
}

/** Whoever was cut off hears of it as soon as it is back. */
async function comeBack({ host, groups, names, heal }: Return): Promise<void> {
  const backAt = Date.now();
  heal();
  const group = groups.find(isCutOff)?.name ?? '';
  const knows = ({ refused }: Look) => names.every((name) => isRefusal(name, refused[name]?.code));
  let looks = await lookAt(host, group);
  while (!looks.every(knows) && Date.now() < backAt + BACK * 1000) {
    await sleep(250);
    looks = await lookAt(host, group);
  }
  const seconds = looks
    .filter(knows)
    .map(({ refused }) => Math.max(...names.map((name) => ((refused[name]?.at ?? 0) - backAt) / 1000)));
  proof.row({ scenario: 'cut off, once they are back', ...judged(seconds, looks.length, BACK) });
}
