import type { Logger } from 'pino';
import { openDatabase } from '../adapters/sql/open-database.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { GenerateClientSecret } from '../core/registry/generate-client-secret.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { openCustody } from './key-parts.ts';
import { startRegistry } from './registry-parts.ts';
import { openRevocationStore } from './revocation-parts.ts';
import { readWitness } from './witness-parts.ts';

/** The registry without keys and listeners, for verbs on the host; a running service sees what they change within its poll. */
export async function openRegistryOnly(
  config: Config,
  logger: Logger,
): Promise<{ generateClientSecret: GenerateClientSecret; close: () => Promise<void> }> {
  prepareDataDirectory(config.dataDir);
  const database = await openDatabase({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    clock: systemClock,
  });
  const custody = await openCustody(config, database);
  const witness = await readWitness(config, custody);
  await openRevocationStore(config, { database, witness });
  const registry = await startRegistry(config, { database, digests: custody.digests, witness, logger });
  const close = async () => {
    await registry.stop();
    await database.close();
  };
  return { generateClientSecret: registry.generateClientSecret, close };
}
