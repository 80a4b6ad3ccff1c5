// npm run prove:revocation: 500 verifiers of several classes, and how long each goes on accepting a token after the command
// that revokes it, or its client: within the bound of its class, and whoever cannot have heard of it is listed by name.
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import { revoke, type AdminCall } from '@mintmark/admin-client';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import type { Replica } from '../../cluster/replica.ts';
import { TcpProxy } from '../../cluster/tcp-proxy.ts';
import { basic, claimsOf } from '../../e2e/issuing/ask-for-token.ts';
import { HostedProcess } from '../hosted-process.ts';
import { Proof, proofArguments } from '../proof.ts';
import { preloading } from '../services.ts';
import { clientOf, declarationOf, OPERATING_CLIENT } from './declaration.ts';
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
  `${VERIFIERS} verifiers refuse a revoked token, and every token of a revoked client, within the bound of their class. Durations are divided by ${TIME_SCALE}; ${UNSCALED} s more are for what no scale divides.`,
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
  let otherIsReady = true;
  const behind = await TcpProxy.start(() => [otherIsReady ? other.httpPort : sound.httpPort]);
  stack.defer(() => behind.close());
  const groups = groupsOf(cluster, { away, behind });
  const host = HostedProcess.start(new URL('verifier-host.ts', import.meta.url), {
    preload: sabotage,
    ...(asked.sabotage !== undefined && { environment: { PROVE_SABOTAGE: asked.sabotage } }),
  });
  stack.defer(() => host.stop());
  const secret = await cluster.operator.newSecret(OPERATING_CLIENT);
  for (const { name: group, count, base, address } of groups) {
    const watch = address === undefined ? {} : { watch: { address, clientId: OPERATING_CLIENT, secret } };
    await host.call('open', { group, count, issuer: cluster.issuer, base, timeScale: TIME_SCALE, ...watch });
  }

  for (let round = 0; round < rounds; round += 1) {
    const tokens = await tokensOf(cluster, clientOf(round));
    const accepting = await host.call<number>('look', tokens);
    proof.section(`Round ${round + 1}: mintmark revoke token, mintmark revoke client ${clientOf(round)}`);
    proof.row({
      scenario: 'before: verifiers that accept the tokens',
      ...{ expected: String(VERIFIERS), observed: String(accepting), holds: accepting === VERIFIERS },
    });
    away.cut();
    other.database.cut();
    const commandedAt = await commandAll(cluster, tokens, clientOf(round));
    const watching = followReadiness(other, (ready) => (otherIsReady = ready));
    await sleep((asked.quick ? POLLING : POLLING + LEASE) * 1000);
    watching.stop();
    const looks = new Map<string, readonly Look[]>();
    for (const { name } of groups) looks.set(name, await host.call<readonly Look[]>('report', name));
    for (const group of groups) report(group, looks.get(group.name) ?? [], { commandedAt, tokens });
    reportStragglers(groups, looks, tokens);
    await comeBack({ host, away, other, groups, tokens, makeReady: () => (otherIsReady = true) });
  }
}

/** Most watch; a tenth only poll, a tenth poll a replica that loses the database, and a twentieth is cut off from all. */
function groupsOf(cluster: Cluster, { away, behind }: { away: TcpProxy; behind: TcpProxy }): readonly Group[] {
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
    { name: 'cut off', count: cutOff, base: at(away.port), bound: undefined },
  ];
  return groups.filter(({ count }) => count > 0);
}

/** One to be revoked by its id, and two that go with their client. */
async function tokensOf(cluster: Cluster, client: string): Promise<Readonly<Record<string, string>>> {
  const secret = await cluster.operator.newSecret(client);
  const token = async () => {
    const response = await fetch(cluster.issuer + ROUTES.token, {
      method: 'POST',
      headers: { authorization: basic(client, secret) },
      body: new URLSearchParams({ grant_type: 'client_credentials', audience: 'inventory' }),
    });
    const answer = (await response.json()) as { access_token?: string; code?: string };
    if (answer.access_token === undefined) throw new Error(`no token for ${client}: ${answer.code}`);
    return answer.access_token;
  };
  await untilKnown(token);
  return { token: await token(), client: await token() };
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
async function commandAll(
  cluster: Cluster,
  tokens: Readonly<Record<string, string>>,
  client: string,
): Promise<Readonly<Record<string, number>>> {
  const jti = String(claimsOf(tokens['token'] ?? '')['jti']);
  return {
    token: await persistently(cluster, revoke({ kind: 'token', id: jti })),
    client: await persistently(cluster, revoke({ kind: 'client', id: client })),
  };
}

/** The load balancer of the admin API still offers the replica that has lost the database: then the operator repeats the command. */
async function persistently(cluster: Cluster, call: AdminCall<unknown>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const sentAt = Date.now();
    try {
      await cluster.operator.send(call);
      return sentAt;
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
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

function report(
  { name, bound }: Group,
  looks: readonly Look[],
  { commandedAt, tokens }: { commandedAt: Readonly<Record<string, number>>; tokens: Readonly<Record<string, string>> },
): void {
  for (const token of Object.keys(tokens)) {
    for (const cached of [true, false]) {
      const some = looks.filter((look) => look.cached === cached);
      const seconds = some.flatMap(({ refused }) => {
        const found = refused[token];
        return found?.code === 'TOKEN_REVOKED' ? [(found.at - (commandedAt[token] ?? 0)) / 1000] : [];
      });
      const scenario = `${name}, by ${token}, ${cached ? 'cached' : 'uncached'}`;
      proof.row({ scenario, ...judged(seconds, some.length, bound) });
    }
  }
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

/** Who still accepts anything is named, and it is those that were cut off and nobody else. */
function reportStragglers(
  groups: readonly Group[],
  looks: ReadonlyMap<string, readonly Look[]>,
  tokens: Readonly<Record<string, string>>,
): void {
  const accepts = ({ refused }: Look) => Object.keys(tokens).some((name) => refused[name]?.code !== 'TOKEN_REVOKED');
  const stragglers = [...looks.values()].flat().filter(accepts);
  const cutOff = groups.filter(({ bound }) => bound === undefined).flatMap(({ name }) => looks.get(name) ?? []);
  const same = stragglers.length === cutOff.length && stragglers.every((look) => cutOff.includes(look));
  proof.row({
    scenario: 'stragglers',
    expected: `${cutOff.length}: those that were cut off`,
    observed: `${stragglers.length}: ${stragglers
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')}${stragglers.length > 3 ? ', …' : ''}`,
    holds: same,
  });
}

interface Return {
  readonly host: HostedProcess;
  readonly away: TcpProxy;
  readonly other: Replica;
  readonly groups: readonly Group[];
  readonly tokens: Readonly<Record<string, string>>;
  readonly makeReady: () => void;
}

/** Whoever was cut off hears of it as soon as it is back. */
async function comeBack({ host, away, other, groups, tokens, makeReady }: Return): Promise<void> {
  const backAt = Date.now();
  away.heal();
  other.database.heal();
  makeReady();
  const [group] = groups.filter(({ bound }) => bound === undefined);
  await sleep(BACK * 1000);
  const looks = await host.call<readonly Look[]>('report', group?.name ?? '');
  const names = Object.keys(tokens);
  const seconds = looks.flatMap(({ refused }) =>
    names.every((name) => refused[name]?.code === 'TOKEN_REVOKED')
      ? [Math.max(...names.map((name) => ((refused[name]?.at ?? 0) - backAt) / 1000))]
      : [],
  );
  proof.row({ scenario: 'cut off, once they are back', ...judged(seconds, looks.length, BACK) });
}
