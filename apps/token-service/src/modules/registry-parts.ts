import { extname } from 'node:path';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import type { Logger } from 'pino';
import { DeclarationFileSource } from '../adapters/files/declaration-file-source.ts';
import { TOKEN_ALGORITHMS } from '../adapters/signing/pkcs11/token-mechanisms.ts';
import { DeclarationProcess } from '../adapters/processes/declaration-process.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../adapters/sql/registry-repository.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemRandomness } from '../adapters/system/system-randomness.ts';
import type { Config } from '../config/load-config.ts';
import type { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import { RequestError } from '../core/model/errors.ts';
import type { DeclarationReader } from '../core/ports/declaration-reader.ts';
import type { RegistryRepository } from '../core/ports/registry-repository.ts';
import type { SecretDigest } from '../core/ports/secret-digest.ts';
import { ApplyDeclaration } from '../core/registry/apply-declaration.ts';
import type { DeclarationSupport } from '../core/registry/declaration/declaration-support.ts';
import { formatProblems } from '../core/registry/declaration/format-problems.ts';
import { DECLARATION_LIMITS } from '../core/registry/declaration/read-declaration.ts';
import { ReadingBySize } from '../core/registry/declaration/reading-by-size.ts';
import { MakeSecret } from '../core/registry/make-secret.ts';
import { RefreshRegistry } from '../core/registry/refresh-registry.ts';
import { ReloadDeclaration } from '../core/registry/reload-declaration.ts';
import { Registry } from '../core/registry/registry-snapshot.ts';
import { credentialKinds } from './authentication-parts.ts';
import { WitnessedRegistry } from '../core/registry/witnessed-registry.ts';
import { repeat, type Repetition } from './repeat.ts';

/** What this service can do of all that a declaration could ask for. */
function supportOf({ signingKeys, allowMlDsa, mutualTls }: Config): DeclarationSupport {
  const makeable: readonly SigningAlgorithm[] =
    signingKeys.making.kind === 'local' ? SIGNING_ALGORITHMS : TOKEN_ALGORITHMS;
  return {
    credentialKinds: credentialKinds({ mutualTls }),
    signingAlgorithms: makeable.filter((algorithm) => allowMlDsa || algorithm !== 'ML-DSA-44'),
    senderConstraints: ['none'],
  };
}

/** The declaration file is wrong; the message lists each problem with its place and the fix. */
export class DeclarationFileError extends Error {
  constructor(text: string) {
    super(`The declaration file was not applied.\n${text}`);
    this.name = 'DeclarationFileError';
  }
}

interface Needs {
  readonly database: Database;
  readonly digests: SecretDigest;
  readonly witness: DatabaseWitness;
  readonly logger: Logger;
}

export interface RegistryParts {
  readonly registry: Registry;
  readonly repository: RegistryRepository;
  readonly refreshRegistry: RefreshRegistry;
  readonly makeSecret: MakeSecret;
  readonly reader: DeclarationReader;
  /** Woken early when the registry is known to have changed. */
  readonly refreshing: Repetition;
  /** Resolves when nothing of it is at work any more. */
  stop(): Promise<void>;
}

/** Half of what a change may take to be served everywhere. */
const MOST_SECONDS_BETWEEN_LOOKS = 1;

/**
 * Applies the declaration file, if one rules, and from then on serves what is stored.
 * @throws DeclarationFileError; then nothing was applied
 */
export async function startRegistry(
  config: Config,
  { database, digests, witness, logger }: Needs,
): Promise<RegistryParts> {
  const support = supportOf(config);
  const planned = new DeclarationProcess({ entry: processEntry(), support });
  // The file that rules waits for nothing that operators have read.
  const ruling = new DeclarationProcess({ entry: processEntry(), support });
  const reader = new ReadingBySize({ support, large: planned });
  const repository = new WitnessedRegistry(new SqlRegistryRepository(database, config.timing), witness);
  await repository.version(); // The witness must have judged it before anything is applied.
  const registry = new Registry();
  const refreshRegistry = new RefreshRegistry({ registry, repository, timeScale: config.timeScale });
  const makeSecret = new MakeSecret({ digests, randomness: systemRandomness, ids: randomIds });
  const reload =
    config.declarationFile === undefined
      ? undefined
      : await applyFile(config.declarationFile, {
          repository,
          refreshRegistry,
          reader: new ReadingBySize({ support, large: ruling }),
          witness,
          logger,
        });
  await refreshRegistry.execute();
  const refreshing = repeat(
    Math.min(config.timing.pollSeconds, MOST_SECONDS_BETWEEN_LOOKS),
    async () => {
      await reload?.();
      await refreshRegistry.execute();
    },
    (err) => logger.error({ err }, 'the registry could not be refreshed'),
  );
  const stop = async () => {
    await Promise.all([planned.close(), ruling.close(), refreshing.stop()]);
  };
  return { registry, repository, refreshRegistry, makeSecret, reader, refreshing, stop };
}

/** Beside this module, compiled or as it is. */
function processEntry(): URL {
  return new URL(`./declaration-process${extname(import.meta.url)}`, import.meta.url);
}

/**
 * Applies the file now.
 * @returns looks whether it has changed, and if so applies it again
 */
async function applyFile(
  path: string,
  parts: Pick<RegistryParts, 'repository' | 'refreshRegistry' | 'reader'> & Pick<Needs, 'witness' | 'logger'>,
): Promise<() => Promise<void>> {
  const { logger, witness } = parts;
  const source = new DeclarationFileSource({ path, maxBytes: DECLARATION_LIMITS.maxBytes });
  const applyDeclaration = new ApplyDeclaration({ ...parts, source });
  const reloadDeclaration = new ReloadDeclaration({ source, applyDeclaration });
  // To a database that is older than it was, nothing is applied: see its witness.
  const reload = async () => (witness.seal() === undefined ? reloadDeclaration.execute() : undefined);
  const first = await reload().catch((error: unknown) => {
    if (error instanceof RequestError) throw new DeclarationFileError(`${path}: ${error.message}`);
    throw error;
  });
  if (first?.ok === false) throw new DeclarationFileError(formatProblems(first.problems));
  if (first) logger.info({ file: path, version: first.version }, 'declaration applied');
  return async () => {
    const outcome = await reload();
    if (outcome?.ok) logger.info({ file: path, version: outcome.version }, 'declaration applied');
    if (outcome?.ok === false) {
      logger.error(
        { file: path, problems: outcome.problems },
        `the declaration file ${outcome.unread ? 'could not be read' : 'is wrong'}; the registry stays as it was`,
      );
    }
  };
}
