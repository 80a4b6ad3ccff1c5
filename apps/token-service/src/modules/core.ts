import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from 'pino';
import type { Database } from '../adapters/sql/open-database.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { KeySetSightings } from '../core/keys/distribution/key-set-sightings.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import type { AuditLog } from '../core/ports/audit-log.ts';
import type { Ids } from '../core/ports/ids.ts';
import { ASSERTION_ALGORITHMS } from '../core/model/trusted-issuer.ts';
import { IssuerMetadata } from '../transport/http/issuer-metadata.ts';
import type { Metrics } from '../transport/operations/metrics.controller.ts';
import { Readiness } from '../transport/operations/readiness.ts';
import {
  countIssuance,
  observeCertificates,
  observeRings,
  observeSightings,
  observeWitness,
} from '../transport/operations/telemetry.ts';
import { observeWatch } from '../transport/operations/watch-telemetry.ts';
import { RequestLog } from '../transport/request-log.ts';
import { startAdministration, type AdministrationParts } from './administration-parts.ts';
import {
  authenticationMethods,
  openSqlReplayGuard,
  startAuthentication,
  type AuthenticationParts,
} from './authentication-parts.ts';
import { openCustody, type KeyParts } from './key-parts.ts';
import { ServiceMetrics } from './metrics.ts';
import { startRegistry } from './registry-parts.ts';
import { openRevocationStore, startRevocations, type RevocationParts } from './revocation-parts.ts';
import { repeat, type Repetition } from './repeat.ts';
import { startRings, type Rings } from './ring-parts.ts';
import { openStores } from './store-parts.ts';
import { tokenUseCases, type TokenParts } from './token-parts.ts';
import { openWitness } from './witness-parts.ts';
import { startWatch, type WatchParts } from './watch-parts.ts';

/** What the listeners serve, put together. */
export interface Core extends WatchParts, TokenParts, Pick<AuthenticationParts, 'certificates' | 'tlsFiles'> {
  readonly keys: KeyRing;
  readonly adminKeys: KeyRing;
  readonly revocationKeys: KeyRing;
  readonly revocations: RevocationParts;
  readonly registry: Registry;
  readonly administration: AdministrationParts;
  readonly metadata: IssuerMetadata;
  readonly sightings: KeySetSightings;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly health: HealthImplementation;
  readonly requestLog: RequestLog;
  readonly ids: Ids;
  readonly database: Database;
}

/**
 * Opens the stores, loads keys and registry, starts what keeps them up with time.
 * @param opened gets what is to be closed, the last first; a start that fails is closed like one that succeeded
 */
export async function openCore(config: Config, logger: Logger, opened: AsyncDisposableStack): Promise<Core> {
  const { database, audit, auditPath } = await openStores(config, logger, opened);
  if (config.unsafeTiming !== undefined) await recordUnsafeTiming(config.unsafeTiming, audit, logger);
  const custody = await openCustody(config, database);
  const { digests } = custody;
  const witness = await openWitness(config, custody, { logger });
  const store = await openRevocationStore(config, { database, witness });
  const registryParts = await startRegistry(config, { database, digests, witness, logger });
  opened.defer(() => registryParts.stop());
  const { registry } = registryParts;
  const rings = await startRings(config, { database, custody, witness, registry, logger }, opened);
  const revocations = await startRevocations(config, { store, keys: rings.revocations.ring, logger });
  opened.defer(() => revocations.refreshing.stop());
  wakeOnChange(database, { rings, registry: registryParts.refreshing, revocations: revocations.refreshing }, opened);
  const sightings = new KeySetSightings(systemClock);
  const administration = await startAdministration(config, {
    ...{ database, audit, auditPath, custody, registry: registryParts, rings, witness, logger, revocations, sightings },
  });
  opened.defer(() => administration.stop());
  const authentication = await startAuthentication(config, { database, registry, logger }, opened);
  const metrics = new ServiceMetrics();
  opened.defer(() => metrics.stop());
  observeCertificates(metrics.meter, authentication.certificates);
  observeWitness(metrics.meter, witness);
  observeSightings(metrics.meter, sightings);
  observeRings(metrics.meter, rings, { clock: systemClock, timing: config.timing });
  // A process alone remembers nothing of before its start, and those that watch come back the moment it is there.
  const replayGuard = database.dialect.shared
    ? authentication.replayGuard
    : openSqlReplayGuard(database, logger, opened);
  const watching = { database, registry, ring: rings.public.ring, replayGuard, logger, ...observeWatch(metrics.meter) };
  const watch = startWatch(config, { ...watching, revocations: revocations.feed }, opened);
  const observer = countIssuance(metrics.meter);
  const readiness = new Readiness([rings.public.ring, audit]);
  return {
    ...authentication,
    ...watch,
    ...tokenUseCases(config, {
      ...{ authentication, administration, registry, rings, revocations, digests, audit, observer },
    }),
    ...{ registry, administration, revocations, readiness, metrics, database, sightings },
    keys: rings.public.ring,
    adminKeys: rings.admin.ring,
    revocationKeys: rings.revocations.ring,
    metadata: metadataOf(config, registry),
    health: healthFollowing(readiness, opened),
    requestLog: new RequestLog(logger),
    ids: randomIds,
  };
}

function metadataOf(config: Config, registry: Registry): IssuerMetadata {
  return new IssuerMetadata({
    issuer: config.issuer,
    authenticationMethods: authenticationMethods(config),
    assertionAlgorithms: ASSERTION_ALGORITHMS,
    mtlsUrl: config.mutualTls?.url,
    signingAlgorithms: () => registry.snapshot().signingAlgorithms,
  });
}

async function recordUnsafeTiming(reason: string, audit: AuditLog, logger: Logger): Promise<void> {
  logger.warn({ reason }, 'unsafe timing');
  await audit.append({ event: 'timing.unsafe', time: systemClock.now(), reason });
}

/** What other replicas change is looked at as soon as the database tells of it; without its word, at the next poll. */
function wakeOnChange(
  database: Database,
  { rings, registry, revocations }: { rings: Rings; registry: Repetition; revocations: Repetition },
  opened: AsyncDisposableStack,
): void {
  const keys = Object.values(rings).map(({ refreshing }: KeyParts) => refreshing);
  const polls = { keys, registry: [registry], revocations: [revocations] };
  const listening = database.listen((subject) => {
    for (const poll of polls[subject]) poll.wake();
  });
  opened.defer(() => listening.close());
}

const HEALTH_SERVICES = ['', 'mintmark.token.v1.TokenService', 'mintmark.keyset.v1.KeySetService'];
const HEALTH_SECONDS = 0.5;

/** grpc.health.v1 says what /readyz says. */
function healthFollowing(readiness: Readiness, opened: AsyncDisposableStack): HealthImplementation {
  const health = new HealthImplementation();
  const follow = () => {
    const status = readiness.reasonsAgainst().length === 0 ? 'SERVING' : 'NOT_SERVING';
    for (const service of HEALTH_SERVICES) health.setStatus(service, status);
    return Promise.resolve();
  };
  void follow();
  const following = repeat(HEALTH_SECONDS, follow, () => undefined);
  opened.defer(() => following.stop());
  return health;
}
