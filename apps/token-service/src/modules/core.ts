import { join } from 'node:path';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from 'pino';
import { AuditFile } from '../adapters/audit/audit-file.ts';
import { openDatabase, type Database } from '../adapters/sql/open-database.ts';
import { lockForThisProcess } from '../adapters/sql/process-lock.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { AUTHENTICATION_METHODS } from '../core/authentication/authenticate-client.ts';
import { IssueToken } from '../core/issuance/issue-token.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import type { Ids } from '../core/ports/ids.ts';
import type { GenerateClientSecret } from '../core/registry/generate-client-secret.ts';
import { IssuerMetadata } from '../transport/http/issuer-metadata.ts';
import { Readiness } from '../transport/operations/readiness.ts';
import { RequestLog } from '../transport/request-log.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { startAdministration, type AdministrationParts } from './administration-parts.ts';
import { adminIssuer, openCustody, SIGNING_WITH, startKeys } from './key-parts.ts';
import { startRegistry } from './registry-parts.ts';

/** Finer than a second only where durations are scaled below it: NumericDates are whole seconds otherwise. */
const SCALED_TIME_STEP_SECONDS = 0.001;

/** What the listeners serve, put together. */
export interface Core {
  readonly issueToken: IssueToken;
  readonly generateClientSecret: GenerateClientSecret;
  readonly keys: KeyRing;
  readonly adminKeys: KeyRing;
  readonly registry: Registry;
  readonly administration: AdministrationParts;
  readonly metadata: IssuerMetadata;
  readonly readiness: Readiness;
  readonly health: HealthImplementation;
  readonly requestLog: RequestLog;
  readonly ids: Ids;
  readonly database: Database;
  close(): Promise<void>;
}

/** Opens the stores, loads keys and registry, starts what keeps them up with time. */
export async function openCore(config: Config, logger: Logger): Promise<Core> {
  prepareDataDirectory(config.dataDir);
  const unlock = lockForThisProcess(join(config.dataDir, 'process.lock'));
  if (config.unsafeTiming) logger.warn({ reason: config.unsafeTiming }, 'unsafe timing');
  const database = await openDatabase({ url: config.databaseUrl, clock: systemClock });
  const custody = await openCustody(config, database);
  const audit = await AuditFile.open(join(config.dataDir, 'audit.jsonl'), (err) =>
    logger.error({ err }, 'the audit record could not be written'),
  );
  const registry = await startRegistry(config, { database, digests: custody.digests, logger });
  const keys = await startKeys(config, { issuer: config.issuer, database, custody, logger });
  const adminKeys = await startKeys(config, { issuer: adminIssuer(config.issuer), database, custody, logger });
  const administration = await startAdministration(config, {
    database,
    audit,
    auditPath: join(config.dataDir, 'audit.jsonl'),
    digests: custody.digests,
    registry,
    rings: { public: keys, admin: adminKeys },
    logger,
  });
  const issueToken = new IssueToken({
    issuer: config.issuer,
    timeStepSeconds: config.timeScale === 1 ? 1 : SCALED_TIME_STEP_SECONDS,
    registry: registry.registry,
    keys: keys.ring,
    adminKeys: adminKeys.ring,
    adminTokens: administration.adminTokens,
    secretUsage: administration.secretUsage,
    digests: custody.digests,
    audit,
    clock: systemClock,
    ids: randomIds,
  });
  return {
    issueToken,
    generateClientSecret: registry.generateClientSecret,
    keys: keys.ring,
    adminKeys: adminKeys.ring,
    registry: registry.registry,
    administration,
    metadata: new IssuerMetadata({
      issuer: config.issuer,
      authenticationMethods: AUTHENTICATION_METHODS,
      signingAlgorithms: SIGNING_WITH,
    }),
    readiness: new Readiness(keys.ring),
    health: new HealthImplementation({ '': 'SERVING', 'mintmark.token.v1.TokenService': 'SERVING' }),
    requestLog: new RequestLog(logger),
    ids: randomIds,
    database,
    close: async () => {
      const repetitions = [keys, adminKeys].flatMap(({ rotation, refreshing }) => [rotation, refreshing]);
      await Promise.all([...repetitions, registry.refreshing].map((repetition) => repetition.stop()));
      await administration.stop();
      await audit.close();
      await database.close();
      unlock();
    },
  };
}
