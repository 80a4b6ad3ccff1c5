import type { Logger } from 'pino';
import { DeclarationFileSource } from '../adapters/files/declaration-file-source.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../adapters/sql/registry-repository.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemRandomness } from '../adapters/system/system-randomness.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { SecretDigest } from '../core/ports/secret-digest.ts';
import { ApplyDeclaration } from '../core/registry/apply-declaration.ts';
import { formatProblems } from '../core/registry/declaration/format-problems.ts';
import { DECLARATION_LIMITS } from '../core/registry/declaration/read-declaration.ts';
import { GenerateClientSecret } from '../core/registry/generate-client-secret.ts';
import { RefreshRegistry } from '../core/registry/refresh-registry.ts';
import { Registry } from '../core/registry/registry-snapshot.ts';
import { SIGNING_WITH } from './key-parts.ts';
import { repeat, type Repetition } from './repeat.ts';

/** What this service can do of all that a declaration could ask for. */
const SUPPORT = {
  credentialKinds: ['client_secret'],
  signingAlgorithms: SIGNING_WITH,
  senderConstraints: ['none'],
} as const;

/** The declaration file is wrong; the message lists each problem with its place and the fix. */
export class DeclarationFileError extends Error {
  constructor(text: string) {
    super(`The declaration file was not applied.\n${text}`);
    this.name = 'DeclarationFileError';
  }
}

export interface RegistryParts {
  readonly registry: Registry;
  readonly generateClientSecret: GenerateClientSecret;
  readonly refreshing: Repetition;
}

/**
 * Applies the declaration file, if one rules, and from then on serves what is stored.
 * @throws DeclarationFileError; then nothing was applied
 */
export async function startRegistry(
  config: Config,
  { database, digests, logger }: { database: Database; digests: SecretDigest; logger: Logger },
): Promise<RegistryParts> {
  const repository = new SqlRegistryRepository(database);
  const registry = new Registry();
  const refreshRegistry = new RefreshRegistry({ registry, repository, timeScale: config.timeScale });
  const parts = {
    repository,
    refreshRegistry,
    digests,
    randomness: systemRandomness,
    ids: randomIds,
    clock: systemClock,
  };
  const generateClientSecret = new GenerateClientSecret(parts);
  if (config.declarationFile === undefined) await refreshRegistry.execute();
  else await applyFile(config.declarationFile, { repository, refreshRegistry, logger });
  const refreshing = repeat(
    config.timing.pollSeconds,
    () => refreshRegistry.execute(),
    (err) => logger.error({ err }, 'the registry could not be refreshed'),
  );
  return { registry, generateClientSecret, refreshing };
}

async function applyFile(
  path: string,
  parts: { repository: SqlRegistryRepository; refreshRegistry: RefreshRegistry; logger: Logger },
): Promise<void> {
  const source = new DeclarationFileSource({ path, maxBytes: DECLARATION_LIMITS.maxBytes });
  const outcome = await new ApplyDeclaration({ ...parts, source, support: SUPPORT }).execute();
  if (!outcome.ok) throw new DeclarationFileError(formatProblems(outcome.problems));
  parts.logger.info({ file: path, version: outcome.version }, 'declaration applied');
}
