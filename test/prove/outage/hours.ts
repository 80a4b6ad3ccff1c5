import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AS_OF_HEADER, ROUTES } from '@mintmark/contract';
import { freePorts, type ServiceProcess } from '../../../scripts/service-process.ts';
import { HostedProcess } from '../hosted-process.ts';
import type { Proof, ProofRow } from '../proof.ts';
import { requestToken, startTokenService } from '../services.ts';
import { goThrough, type Outage } from './hour.ts';
import { misbehaviour, MISBEHAVIOURS, type Misbehaviour } from './misbehaviours.ts';
import { StandInIssuer } from './stand-in-issuer.ts';
import { consumerSubject, librarySubject, type Subject } from './subject.ts';

/** The host of the verifier library, shared with the floods. */
export const VERIFIER_HOST = new URL('./verifier-host.ts', import.meta.url);

/** Failed attempts back off to half a minute with full jitter, so about four a minute; unknown kids add their own. */
const MOST_FETCHES = 600;

interface HoursOptions {
  readonly timeScale: number;
  /** How the issuer fails towards consumer-service processes; towards the library in every way. */
  readonly services: readonly Misbehaviour[];
  readonly preload: URL | undefined;
}

export function hoursOptions(quick: boolean, preload: URL | undefined): HoursOptions {
  return quick
    ? { timeScale: 300, services: [misbehaviour('hanging'), misbehaviour('an older set')], preload }
    : { timeScale: 60, services: MISBEHAVIOURS, preload };
}

/** An issuer that is away for an hour of nominal time, in every way, at once. */
export async function proveHours(options: HoursOptions): Promise<(proof: Proof) => void> {
  const library = HostedProcess.start(VERIFIER_HOST, { preload: options.preload });
  const closing: (() => Promise<unknown>)[] = [() => library.stop()];
  try {
    const outages: Outage[] = [];
    for (const each of MISBEHAVIOURS) outages.push(await libraryOutage(each, library, options, closing));
    for (const each of options.services) outages.push(await serviceOutage(each, options, closing));
    outages.push(await killedIssuer(options, closing));
    const rows = await Promise.all(outages.map(goThrough));
    return (proof) => print(proof, rows, options);
  } finally {
    await Promise.all(closing.map((close) => close()));
  }
}

function print(proof: Proof, rows: readonly ProofRow[], { timeScale }: HoursOptions): void {
  proof.section(
    `An hour without the issuer (${(3600 / timeScale).toFixed(0)} s real; minutes are nominal). ` +
      'Each key set that must be refused holds a key of an intruder, whose tokens are the strangers.',
  );
  for (const row of rows) proof.row(row);
}

async function libraryOutage(
  fault: Misbehaviour,
  library: HostedProcess,
  { timeScale }: HoursOptions,
  closing: (() => Promise<unknown>)[],
): Promise<Outage> {
  const issuer = await StandInIssuer.start(timeScale);
  closing.push(() => issuer.close());
  await library.call('open', { name: fault.name, issuer: issuer.url, jwksUrl: issuer.jwksUrl, timeScale });
  return standInOutage(`library: ${fault.name}`, fault, {
    issuer,
    timeScale,
    subject: librarySubject(library, fault.name),
  });
}

async function serviceOutage(
  fault: Misbehaviour,
  { timeScale, preload }: HoursOptions,
  closing: (() => Promise<unknown>)[],
): Promise<Outage> {
  const issuer = await StandInIssuer.start(timeScale);
  const subject = await consumerSubject({ issuer: issuer.url, timeScale, preload });
  closing.push(
    () => issuer.close(),
    () => subject.close(),
  );
  return standInOutage(`service: ${fault.name}`, fault, { issuer, timeScale, subject });
}

interface Scene {
  readonly issuer: StandInIssuer;
  readonly timeScale: number;
  readonly subject: Subject;
}

function standInOutage(name: string, fault: Misbehaviour, { issuer, timeScale, subject }: Scene): Outage {
  let fetchesBefore = 0;
  let fetches = 0;
  return {
    name,
    subject,
    timeScale,
    servesUntil: () => 58,
    lastGoodAt: () => issuer.lastGoodAt,
    token: () => Promise.resolve(issuer.token()),
    unknownToken: () => issuer.intruderToken(),
    begin: async () => {
      fetchesBefore = issuer.fetches;
      await issuer.misbehave(fault);
    },
    end: async () => {
      fetches = issuer.fetches - fetchesBefore;
      await issuer.behave();
    },
    told: () => [`${fetches} fetches`],
    alsoWrong: () => [
      ...(issuer.followed > 0 ? [`followed ${issuer.followed} redirects`] : []),
      ...(fetches > MOST_FETCHES ? [`${fetches} fetches`] : []),
    ],
  };
}

/**
 * The real issuer, killed. A replacement on the same data goes on signing where the service cannot reach it, so that there
 * are fresh tokens of a known key all along.
 */
async function killedIssuer(
  { timeScale, preload }: HoursOptions,
  closing: (() => Promise<unknown>)[],
): Promise<Outage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-outage-'));
  const [port, otherPort] = (await freePorts(2)) as [number, number];
  const issuer = `http://127.0.0.1:${port}`;
  const other = `http://127.0.0.1:${otherPort}`;
  const start = (httpPort: number) => startTokenService({ issuer, dataDir, httpPort, timeScale });
  const killed = await start(port);
  const subject = await consumerSubject({ issuer, timeScale, preload });
  let replacement: Promise<ServiceProcess> | undefined;
  closing.push(
    () => subject.close(),
    () => killed.stop('SIGKILL'),
    async () => {
      await (await replacement)?.stop('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  );
  let killedAt = Date.now();
  let asOf = killedAt;
  let replaced = false;
  let fromBefore = '';
  const stillLives = () => Date.now() - killedAt < (6 * 60_000) / timeScale;
  return {
    name: 'service: real token-service, kill -9',
    subject,
    timeScale,
    servesUntil: () => 56 - ((killedAt - asOf) / 60_000) * timeScale, // the last refresh was up to 66 s before that
    lastGoodAt: () => killedAt,
    token: async () => {
      if (!replaced && stillLives()) return fromBefore;
      await replacement;
      return requestToken(other, dataDir, 'inventory');
    },
    begin: async () => {
      fromBefore = await requestToken(issuer, dataDir, 'inventory');
      asOf = await currentAt(issuer);
      await killed.stop('SIGKILL');
      killedAt = Date.now();
      replacement = start(otherPort);
      replacement.then(
        () => (replaced = true),
        () => undefined, // whoever waits for it hears of it
      );
    },
  };
}

/** How recent the issuer says its key set is, in milliseconds since 1970-01-01 UTC: that is what freshness counts from. */
async function currentAt(issuer: string): Promise<number> {
  const response = await fetch(`${issuer}${ROUTES.jwks}`, { signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return Number(response.headers.get(AS_OF_HEADER)) * 1000;
}
