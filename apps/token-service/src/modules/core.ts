import { join } from 'node:path';
import { HealthImplementation } from 'grpc-health-check';
import type { SigningAlgorithm } from '@mintmark/contract';
import type { Logger } from 'pino';
import { AuditFile } from '../adapters/audit/audit-file.ts';
import { openSigningKeyProviders } from '../adapters/signing/open-signing-key-provider.ts';
import type { KnownChain } from '../adapters/audit/chain-end.ts';
import { SqlChangeFeed } from '../adapters/sql/change-feed.ts';
import { openDatabase, type Database } from '../adapters/sql/open-database.ts';
import { SqlReplayGuard } from '../adapters/sql/replay-guard.ts';
import { lockForThisProcess } from '../adapters/sql/process-lock.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { IssueToken } from '../core/issuance/issue-token.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { ADMIN_RESOURCE } from '../core/model/admin-resource.ts';
import { REVOCATIONS_ALGORITHM } from '../core/revocation/refresh-revocations.ts';
import { IntrospectToken } from '../core/revocation/introspect-token.ts';
import { OwnTokens } from '../core/revocation/own-tokens.ts';
import { RevokeToken } from '../core/revocation/revoke-token.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import type { AuditLog } from '../core/ports/audit-log.ts';
import type { Ids } from '../core/ports/ids.ts';
import type { GenerateClientSecret } from '../core/registry/generate-client-secret.ts';
import { ASSERTION_ALGORITHMS } from '../core/model/trusted-issuer.ts';
import { IssuerMetadata } from '../transport/http/issuer-metadata.ts';
import type { Metrics } from '../transport/operations/metrics.controller.ts';
import { Readiness } from '../transport/operations/readiness.ts';
import { countIssuance, observeCertificates, observeRings } from '../transport/operations/telemetry.ts';
import { observeWatch } from '../transport/operations/watch-telemetry.ts';
import { RequestLog } from '../transport/request-log.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { auditAnchors, startAdministration, type AdministrationParts } from './administration-parts.ts';
import { authenticationMethods, startAuthentication, type AuthenticationParts } from './authentication-parts.ts';
import { adminIssuer, openCustody, revocationsIssuer, startKeys, type KeyParts } from './key-parts.ts';
import { ServiceMetrics } from './metrics.ts';
import { startRegistry } from './registry-parts.ts';
import { startRevocations, type RevocationParts } from './revocation-parts.ts';
import { repeat, type Repetition } from './repeat.ts';
import { openWitness } from './witness-parts.ts';
import { startWatch, type WatchParts } from './watch-parts.ts';

/** Finer than a second only where durations are scaled below it: NumericDates are whole seconds otherwise. */
const SCALED_TIME_STEP_SECONDS = 0.001;

/** What the listeners serve, put together. */
export interface Core extends WatchParts, Pick<AuthenticationParts, 'certificates' | 'tlsFiles'> {
  readonly issueToken: IssueToken;
  readonly revokeToken: RevokeToken;
  readonly introspectToken: IntrospectToken;
  readonly generateClientSecret: GenerateClientSecret;
  readonly keys: KeyRing;
  readonly adminKeys: KeyRing;
  readonly revocationKeys: KeyRing;
  readonly revocations: RevocationParts;
  readonly registry: Registry;
  readonly administration: AdministrationParts;
  readonly metadata: IssuerMetadata;
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
  const witness = await openWitness(config, custody, { logger, opened });
  const providers = await openSigningKeyProviders(config.signingKeys, custody);
  opened.defer(() => providers.close());
  const registry = await startRegistry(config, { database, digests, witness, logger });
  opened.defer(() => registry.stop());
  const keysOf = (issuer: string, algorithms: () => readonly SigningAlgorithm[]) =>
    startKeys(config, {
      ...{ issuer, database, seal: custody.seal, provider: providers.providerFor(issuer), custody: custody.ofKeys },
      ...{ witness, algorithms, logger },
    });
  const inUse = () => registry.registry.snapshot().signingAlgorithms;
  const keys = await keysOf(config.issuer, inUse);
  opened.defer(() => stopKeys(keys));
  const adminKeys = await keysOf(adminIssuer(config.issuer), () => [ADMIN_RESOURCE.signingAlgorithm]);
  opened.defer(() => stopKeys(adminKeys));
  const revocationKeys = await keysOf(revocationsIssuer(config.issuer), () => [REVOCATIONS_ALGORITHM]);
  opened.defer(() => stopKeys(revocationKeys));
  const revocations = await startRevocations(config, { database, keys: revocationKeys.ring, logger });
  opened.defer(() => revocations.refreshing.stop());
  const rings = { public: keys, admin: adminKeys, revocations: revocationKeys };
  const listening = wakeOnChange(database, {
    keys: [keys.refreshing, adminKeys.refreshing, revocationKeys.refreshing],
    registry: [registry.refreshing],
    revocations: [revocations.refreshing],
  });
  opened.defer(() => listening.close());
  const administration = await startAdministration(config, {
    ...{ database, audit, auditPath, custody, registry, rings, witness, logger, revocations },
  });
  opened.defer(() => administration.stop());
  const authentication = await startAuthentication(config, { database, registry: registry.registry, logger }, opened);
  const metrics = new ServiceMetrics();
  opened.defer(() => metrics.stop());
  observeCertificates(metrics.meter, authentication.certificates);
  observeRings(metrics.meter, rings, { clock: systemClock, timing: config.timing });
  const watch = startWatch(
    config,
    {
      ...{ database, registry: registry.registry, ring: keys.ring, logger },
      replayGuard: new SqlReplayGuard(database),
      ...observeWatch(metrics.meter),
    },
    opened,
  );
  revocations.feed.onNews((news) => watch.keySetWatch.announceRevocations(news));
  watch.keySetWatch.onOpening(() => revocations.feed.position());
  const readiness = new Readiness([keys.ring, audit]);
  const health = healthFollowing(readiness, opened);
  const issueToken = new IssueToken({
    ...authentication,
    assertionSeconds: config.assertionSeconds,
    issuer: config.issuer,
    timeStepSeconds: config.timeScale === 1 ? 1 : SCALED_TIME_STEP_SECONDS,
    registry: registry.registry,
    keys: keys.ring,
    adminKeys: adminKeys.ring,
    adminTokens: administration.adminTokens,
    secretUsage: administration.secretUsage,
    keyUsage: administration.keyUsage,
    digests,
    audit,
    observer: countIssuance(metrics.meter),
    clock: systemClock,
    ids: randomIds,
  });
  const { secretUsage } = administration;
  const presenting = {
    ...authentication,
    ...{ issuer: config.issuer, assertionSeconds: config.assertionSeconds, registry: registry.registry },
    ...{ digests, secretUsage, audit, clock: systemClock },
  };
  const tokensOf = (...of: KeyParts[]) => new OwnTokens({ issuer: config.issuer, rings: of.map(({ ring }) => ring) });
  return {
    metrics,
    ...authentication,
    ...watch,
    issueToken,
    revokeToken: new RevokeToken({ ...presenting, ...revocations, tokens: tokensOf(keys, adminKeys) }),
    introspectToken: new IntrospectToken({ ...presenting, feed: revocations.feed, tokens: tokensOf(keys) }),
    generateClientSecret: registry.generateClientSecret,
    keys: keys.ring,
    adminKeys: adminKeys.ring,
    revocationKeys: revocationKeys.ring,
    revocations,
    registry: registry.registry,
    administration,
    metadata: new IssuerMetadata({
      issuer: config.issuer,
      authenticationMethods: authenticationMethods(config),
      assertionAlgorithms: ASSERTION_ALGORITHMS,
      mtlsUrl: config.mutualTls?.url,
      signingAlgorithms: inUse,
    }),
    readiness,
    health,
    requestLog: new RequestLog(logger),
    ids: randomIds,
    database,
  };
}

async function recordUnsafeTiming(reason: string, audit: AuditLog, logger: Logger): Promise<void> {
  logger.warn({ reason }, 'unsafe timing');
  await audit.append({ event: 'timing.unsafe', time: systemClock.now(), reason });
}

/** What other replicas change is looked at as soon as the database tells of it; without its word, at the next poll. */
function wakeOnChange(
  database: Database,
  polls: Readonly<Record<'keys' | 'registry' | 'revocations', readonly Repetition[]>>,
) {
  return database.listen((subject) => {
    for (const poll of polls[subject]) poll.wake();
  });
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

async function openStores(
  config: Config,
  logger: Logger,
  opened: AsyncDisposableStack,
): Promise<{ database: Database; audit: AuditFile; auditPath: string }> {
  prepareDataDirectory(config.dataDir);
  opened.defer(lockForThisProcess(join(config.dataDir, 'process.lock')));
  const database = await openDatabase({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    clock: systemClock,
  });
  opened.defer(() => database.close());
  const auditPath = join(config.dataDir, 'audit.jsonl');
  const failed = (err: unknown) => logger.error({ err }, 'the audit record could not be written');
  const audit = await AuditFile.open(auditPath, failed, await knownChain(config, database));
  opened.defer(() => audit.close());
  return { database, audit, auditPath };
}

/** What the database says of the audit chain, so that a start need not read all of it. */
async function knownChain(config: Config, database: Database): Promise<KnownChain> {
  const heads = await new SqlChangeFeed(database).heads();
  const streams = heads.filter(({ version }) => version > 0).map(({ stream }) => stream);
  return { anchors: await auditAnchors(config, database).list(), streams };
}

async function stopKeys({ rotation, refreshing }: KeyParts): Promise<void> {
  await Promise.all([rotation.stop(), refreshing.stop()]);
}
