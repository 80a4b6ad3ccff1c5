import type { Logger } from 'pino';
import type { AuditFile } from '../adapters/audit/audit-file.ts';
import { AuditReader } from '../adapters/audit/audit-reader.ts';
import { LocalKeyWraps } from '../adapters/signing/local/local-key-wraps.ts';
import { SqlAdminTokens } from '../adapters/sql/admin-tokens.ts';
import { SqlAuditAnchors } from '../adapters/sql/audit-anchors.ts';
import { SqlChangeFeed } from '../adapters/sql/change-feed.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../adapters/sql/registry-repository.ts';
import { SqlRevocationStore } from '../adapters/sql/revocation-store.ts';
import { SqlKeyUses } from '../adapters/sql/key-uses.ts';
import { SqlVerifierAcks } from '../adapters/sql/verifier-acks.ts';
import { KeyUsage } from '../core/keys/key-usage.ts';
import { SqlVerifierHoldings } from '../adapters/sql/verifier-holdings.ts';
import { SqlSecretUses } from '../adapters/sql/secret-uses.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { Administration } from '../core/administration/administration.ts';
import { Administrations } from '../core/administration/administrations.ts';
import { AuditedAdministration } from '../core/administration/audited-administration.ts';
import { Bootstrap } from '../core/administration/bootstrap.ts';
import { HostSecret } from '../core/administration/host-secret.ts';
import { Inspection } from '../core/administration/inspection.ts';
import { LiveAdministration } from '../core/administration/live-administration.ts';
import { PlannedAdministration } from '../core/administration/planned-administration.ts';
import { ReadOnlyAdministration } from '../core/administration/read-only-administration.ts';
import type { RingName } from '../core/administration/views.ts';
import { AnchorAudit } from '../core/audit/anchor-audit.ts';
import { CopyChanges } from '../core/audit/copy-changes.ts';
import { RecordDenials } from '../core/audit/record-denials.ts';
import { VerifyAudit } from '../core/audit/verify-audit.ts';
import { ManageKeks } from '../core/keys/custody/manage-keks.ts';
import type { KeySetSightings } from '../core/keys/distribution/key-set-sightings.ts';
import type { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import { OpenEpoch } from '../core/keys/witness/open-epoch.ts';
import { SecretUsage } from '../core/authentication/secret-usage.ts';
import type { AdminTokens } from '../core/ports/admin-tokens.ts';
import type { Custody, KeyParts } from './key-parts.ts';
import type { RegistryParts } from './registry-parts.ts';
import type { RevocationParts } from './revocation-parts.ts';
import { replicaId } from './replica-id.ts';
import { repeat } from './repeat.ts';

interface Needs {
  readonly database: Database;
  readonly audit: AuditFile;
  readonly auditPath: string;
  readonly custody: Custody;
  readonly registry: RegistryParts;
  readonly rings: Readonly<Record<RingName, KeyParts>>;
  readonly witness: DatabaseWitness;
  readonly revocations: RevocationParts;
  readonly sightings: KeySetSightings;
  readonly logger: Logger;
}

/** What the admin listeners and the host's socket serve. */
export interface AdministrationParts {
  readonly administrations: Administrations;
  readonly inspection: Inspection;
  readonly bootstrap: Bootstrap;
  readonly hostSecret: HostSecret;
  readonly manageKeks: ManageKeks;
  readonly openEpoch: OpenEpoch;
  readonly adminTokens: AdminTokens;
  readonly secretUsage: SecretUsage;
  readonly keyUsage: KeyUsage;
  readonly recordDenials: RecordDenials;
  /** Writes down what is still in memory. */
  stop(): Promise<void>;
}

/** How often what was used, changed and written is put where it belongs, in seconds. */
const CHORES_EVERY_SECONDS = 5;

/** Puts the administration together, and copies what the database recorded while nobody looked. */
export async function startAdministration(config: Config, needs: Needs): Promise<AdministrationParts> {
  const { database, audit, auditPath, rings, registry } = needs;
  const { timing } = config;
  const clock = systemClock;
  const secretUses = new SqlSecretUses(database);
  const secretUsage = new SecretUsage(secretUses);
  const keyUses = new SqlKeyUses(database);
  const coarseness = timing.maxTokenLifetimeSeconds / 15;
  const keyUsage = new KeyUsage({ uses: keyUses, clock, coarseness });
  const anchors = auditAnchors(config, database);
  const anchorAudit = new AnchorAudit({ position: () => audit.position(), anchors });
  const trail = new AuditReader(auditPath, () => audit.position()?.seq ?? 0);
  const verifyAudit = new VerifyAudit({ trail, anchors, anchorAudit });
  const feed = new SqlChangeFeed(database, needs.custody.seal);
  const copyChanges = new CopyChanges({ feed, audit, clock, copied: audit.copied });
  const { repository } = registry;
  const holdings = new SqlVerifierHoldings(database, config.issuer);
  const inspection = new Inspection({
    ...{ repository, secretUses, secretUsage, rings, timing },
    ...{ keyUses, keyUsage, acks: new SqlVerifierAcks(database), foreignVerifiers: config.foreignVerifiers },
    sightings: needs.sightings,
    ...{ trail, verifyAudit, audit, clock, holdings, revocations: needs.revocations.store },
  });
  await copyChanges.execute();
  const recordDenials = new RecordDenials({ audit, clock });
  const stop = startChores({ secretUsage, keyUsage, copyChanges, anchorAudit, recordDenials }, needs.logger);
  return {
    administrations: administrationsOf(config, needs, { secretUses, keyUsage }),
    inspection,
    bootstrap: new Bootstrap({
      ...{ ...registry, audit, clock, secretUses, secretUsage },
      declared: config.declarationFile !== undefined,
    }),
    hostSecret: new HostSecret({ ...registry, audit, clock }),
    openEpoch: openEpochOf(config, needs),
    manageKeks: new ManageKeks({ wraps: wrapsOf(needs), audit, clock }),
    adminTokens: new SqlAdminTokens(database),
    secretUsage,
    keyUsage,
    recordDenials,
    stop,
  };
}

function wrapsOf({ custody, witness }: Needs): LocalKeyWraps {
  return new LocalKeyWraps({ ...custody, condemned: () => witness.condemned });
}

/** Works on the stored key sets, registry and revocations themselves: it is what the witness keeps everybody else from. */
function openEpochOf({ timing }: Config, needs: Needs): OpenEpoch {
  const { database, audit, registry, rings, witness, revocations } = needs;
  return new OpenEpoch({
    witness,
    seal: needs.custody.seal,
    registry: new SqlRegistryRepository(database),
    refreshRegistry: () => registry.refreshRegistry.execute(),
    revocations: new SqlRevocationStore(database, timing),
    refreshRevocations: () => revocations.refreshRevocations.execute(),
    rings: Object.values(rings).map(({ issuer, stored, custody, refreshKeyRing }) => ({
      ...{ issuer, stored, custody },
      refresh: () => refreshKeyRing.execute(),
    })),
    ...{ timing, audit, clock: systemClock },
  });
}

/** Each replica's audit file is a chain of its own. */
export function auditAnchors({ dataDir }: Config, database: Database): SqlAuditAnchors {
  return new SqlAuditAnchors(database, database.dialect.shared ? replicaId(dataDir) : '');
}

function administrationsOf(
  config: Config,
  needs: Needs,
  { secretUses, keyUsage }: { secretUses: SqlSecretUses; keyUsage: KeyUsage },
): Administrations {
  const { audit, registry, rings, witness } = needs;
  const { timing } = config;
  const clock = systemClock;
  const { store: revocations, refreshRevocations } = needs.revocations;
  const ports = { ...registry, secretUses, clock, rings, timing, revocations };
  const live = new LiveAdministration({
    ...ports,
    refreshRevocations,
    intents: witness.intents,
  });
  const planned = new PlannedAdministration({
    ...ports,
    keyUses: keyUsage,
    demandCurrent: () => witness.demandCurrent(),
  });
  const ruled = (behind: Administration) =>
    config.declarationFile === undefined ? behind : new ReadOnlyAdministration(behind);
  const audited = (behind: Administration, plan: boolean) => new AuditedAdministration({ behind, audit, clock, plan });
  return new Administrations({
    live: audited(ruled(live), false),
    planned: audited(ruled(planned), true),
    registryPlanned: audited(planned, true),
  });
}

interface Chores {
  readonly secretUsage: SecretUsage;
  readonly keyUsage: KeyUsage;
  readonly copyChanges: CopyChanges;
  readonly anchorAudit: AnchorAudit;
  readonly recordDenials: RecordDenials;
}

/** @returns ends them, and does each a last time */
function startChores(chores: Chores, logger: Logger): () => Promise<void> {
  const { secretUsage, keyUsage, copyChanges, anchorAudit, recordDenials } = chores;
  const work = async () => {
    recordDenials.flush();
    await secretUsage.flush();
    await keyUsage.flush();
    await copyChanges.execute();
    await anchorAudit.execute();
  };
  const failed = (err: unknown) => logger.error({ err }, 'what was used or changed could not be written down yet');
  const repetition = repeat(CHORES_EVERY_SECONDS, work, failed);
  return async () => {
    await repetition.stop();
    await work().catch(failed);
  };
}
