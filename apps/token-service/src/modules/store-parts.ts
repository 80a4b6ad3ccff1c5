import { join } from 'node:path';
import type { Logger } from 'pino';
import { AuditFile } from '../adapters/audit/audit-file.ts';
import type { KnownChain } from '../adapters/audit/chain-end.ts';
import { SqlChangeFeed } from '../adapters/sql/change-feed.ts';
import { openDatabase, type Database } from '../adapters/sql/open-database.ts';
import { lockForThisProcess } from '../adapters/sql/process-lock.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { auditAnchors } from './administration-parts.ts';
import { prepareDataDirectory } from './data-directory.ts';

/** The database and the audit file of this replica. */
export async function openStores(
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
