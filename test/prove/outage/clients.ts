import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from '../../cluster/tcp-proxy.ts';
import { freePorts, type ServiceProcess } from '../../../scripts/service-process.ts';
import { HostedProcess } from '../hosted-process.ts';
import type { Proof } from '../proof.ts';
import { prepareTokenService, secretFileIn, startTokenService } from '../services.ts';
import type { GroupReport } from './client-host.ts';

const CLIENT_HOST = new URL('./client-host.ts', import.meta.url);
const TOKEN_MINUTES = 15;

/** Clients come in over this share of a token's life: one that were renewed too late would be older than it may get. */
const SPREAD = 0.7;

/** By then the youngest token of the outage is renewed, and those that were due in it would be dead. */
const WATCHED_AFTER_MINUTES = 3;

interface Group {
  readonly name: string;
  readonly protocol: 'http' | 'grpc';
  /** What its clients meet on their way while the issuer is away. */
  readonly fault: (way: TcpProxy) => Promise<void>;
}

const refused: Group['fault'] = (way) => way.refuse();

const hanging: Group['fault'] = (way) => {
  way.silence();
  return Promise.resolve(way.reset());
};

function answering(status: string, body = '', headers: readonly string[] = []): Group['fault'] {
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, 'connection: close', ...headers];
  return (way) => Promise.resolve(way.answer(`${lines.join('\r\n')}\r\n\r\n${body}`));
}

/** What stands in the way while behind it the issuer is killed and started again. */
const GROUPS: readonly Group[] = [
  { name: 'HTTP: connection refused', protocol: 'http', fault: refused },
  { name: 'HTTP: failing, 500', protocol: 'http', fault: answering('500 Internal Server Error') },
  { name: 'HTTP: 503 of a proxy', protocol: 'http', fault: answering('503 Service Unavailable', 'down') },
  { name: 'HTTP: hanging', protocol: 'http', fault: hanging },
  {
    name: 'HTTP: redirecting',
    protocol: 'http',
    fault: answering('302 Found', '', ['location: http://127.0.0.1:9/oauth2/token']),
  },
  { name: 'HTTP: garbage with status 200', protocol: 'http', fault: answering('200 OK', '<!doctype html>') },
  { name: 'gRPC: connection refused', protocol: 'grpc', fault: refused },
  { name: 'gRPC: hanging', protocol: 'grpc', fault: hanging },
];

interface ClientOptions {
  readonly timeScale: number;
  /** Nominal. */
  readonly outageMinutes: number;
  readonly clientsEach: number;
  readonly preload: URL | undefined;
}

export function clientOptions(quick: boolean, preload: URL | undefined): ClientOptions {
  // Six minutes leave a client 35 s: less than a busy machine may be late by where these pass in under a second.
  return quick
    ? { timeScale: 40, outageMinutes: 5.75, clientsEach: 10, preload }
    : { timeScale: 15, outageMinutes: 6, clientsEach: 30, preload };
}

/** Clients with tokens of 15 minutes, at every age of them, through an issuer that is away for 6. */
export async function proveClients(options: ClientOptions): Promise<(proof: Proof) => void> {
  const issuer = await twins(options.timeScale);
  const host = HostedProcess.start(CLIENT_HOST, { preload: options.preload });
  const ways = new Map<Group, TcpProxy>();
  try {
    for (const group of GROUPS) ways.set(group, await TcpProxy.start(() => [portOf(issuer.present, group)]));
    await fill(host, ways, issuer.secretFile, options);
    await host.call('mark');
    const awayMinutes = await outage(issuer, ways, options);
    await sleep((WATCHED_AFTER_MINUTES * 60_000) / options.timeScale);
    const reports = await Promise.all(
      GROUPS.map(async (group) => [group, await host.call<GroupReport>('report', group.name)] as const),
    );
    return (proof) => print(proof, reports, { ...options, awayMinutes });
  } finally {
    await host.stop();
    await issuer.stop();
    await Promise.all([...ways.values()].map((way) => way.close()));
  }
}

/** Bars every way, kills the issuer, and opens the ways to its replacement when the time is over. @returns nominal minutes */
async function outage(
  issuer: Twins,
  ways: ReadonlyMap<Group, TcpProxy>,
  { timeScale, outageMinutes }: ClientOptions,
): Promise<number> {
  const began = performance.now();
  await Promise.all([...ways].map(([{ fault }, way]) => fault(way)));
  await issuer.replace();
  await sleep(began + (outageMinutes * 60_000) / timeScale - performance.now());
  const minutes = ((performance.now() - began) / 60_000) * timeScale;
  await Promise.all([...ways.values()].map((way) => way.admit()));
  return minutes;
}

interface Twins {
  /** The one that clients are led to. */
  readonly present: ServiceProcess;
  readonly secretFile: string;
  /** Kills it; the other one takes its place. */
  replace(): Promise<void>;
  stop(): Promise<void>;
}

/** Two token services on copies of one registry: the second takes over at a moment of the proof's choosing. */
async function twins(timeScale: number): Promise<Twins> {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-clients-'));
  const [firstDir, secondDir] = [join(folder, 'first'), join(folder, 'second')];
  const [port, otherPort] = (await freePorts(2)) as [number, number];
  const common = { issuer: `http://127.0.0.1:${port}`, timeScale };
  prepareTokenService({ ...common, dataDir: firstDir, httpPort: port });
  cpSync(firstDir, secondDir, { recursive: true });
  const [one, other] = await Promise.all([
    startTokenService({ ...common, dataDir: firstDir, httpPort: port }),
    startTokenService({ ...common, dataDir: secondDir, httpPort: otherPort }),
  ]);
  const stop = async () => {
    await Promise.all([one.stop('SIGKILL'), other.stop('SIGKILL')]);
    rmSync(folder, { recursive: true, force: true });
  };
  let present = one;
  return {
    get present() {
      return present;
    },
    secretFile: secretFileIn(firstDir),
    replace: async () => {
      present = other;
      await one.stop('SIGKILL');
    },
    stop,
  };
}

function portOf({ ready }: ServiceProcess, { protocol }: Group): number {
  return Number(ready[protocol].split(':').at(-1));
}

/** One after the other, so that the outage meets tokens of every age. */
async function fill(
  host: HostedProcess,
  ways: ReadonlyMap<Group, TcpProxy>,
  secretFile: string,
  { clientsEach, timeScale }: ClientOptions,
): Promise<void> {
  const began = performance.now();
  const spread = (TOKEN_MINUTES * 60_000 * SPREAD) / timeScale;
  for (let round = 0; round < clientsEach; round += 1) {
    await Promise.all(
      [...ways].map(([{ name: group, protocol }, { port }]) =>
        host.call('add', { group, protocol, port, secretFile, timeScale }),
      ),
    );
    await sleep(Math.max(0, began + (spread * (round + 1)) / clientsEach - performance.now()));
  }
}

function print(
  proof: Proof,
  reports: readonly (readonly [Group, GroupReport])[],
  { timeScale, awayMinutes }: ClientOptions & { readonly awayMinutes: number },
): void {
  proof.section(
    `Token clients, tokens of ${TOKEN_MINUTES} min (${(900 / timeScale).toFixed(0)} s real), the issuer killed and away for ` +
      `${awayMinutes.toFixed(2)} min (${((awayMinutes * 60) / timeScale).toFixed(1)} s real)`,
  );
  for (const [group, report] of reports) {
    const { clients, calls, errors, failedRenewals, leastLifeSeconds, renewedSinceMark } = report;
    const felt = failedRenewals > 0 && renewedSinceMark === clients;
    proof.row({
      scenario: `${clients} clients, ${group.name}`,
      expected: 'renewals fail, calls do not; all renewed',
      observed:
        `${calls} calls, ${errors.length} errors; ${failedRenewals} renewals failed; ` +
        `≥ ${leastLifeSeconds.toFixed(0)} s (nominal) of life left; ${renewedSinceMark} renewed` +
        (errors[0] ? `; ${errors[0].slice(0, 120)}` : ''),
      holds: errors.length === 0 && felt && calls > 0 && leastLifeSeconds > 0,
    });
  }
}
