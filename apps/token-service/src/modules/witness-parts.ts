import type { Logger } from 'pino';
import { LocalWitnessFile } from '../adapters/signing/local/local-witness-file.ts';
import { lockForThisProcess, ProcessLockError } from '../adapters/sql/process-lock.ts';
import type { Config } from '../config/load-config.ts';
import { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import type { WitnessRecord } from '../core/model/witness-record.ts';
import type { Custody } from './key-parts.ts';

/** Two processes remember in one file. */
export class WitnessSharedError extends Error {
  constructor(path: string) {
    super(`Another token-service remembers in ${path}. Give each replica a file of its own: MINTMARK_WITNESS_FILE.`);
    this.name = 'WitnessSharedError';
  }
}

/** @throws WitnessSharedError */
export async function openWitness(
  { witnessFile: path }: Pick<Config, 'witnessFile'>,
  { keks, seal }: Pick<Custody, 'keks' | 'seal'>,
  { logger, opened }: { logger: Logger; opened: AsyncDisposableStack },
): Promise<DatabaseWitness> {
  opened.defer(lock(path));
  const onFailure = (err: unknown) => logger.error({ err, file: path }, 'the witness could not be written');
  const file = new LocalWitnessFile({ path, keks });
  const store = { read: () => file.readAndRenew(), write: (record: WitnessRecord) => file.write(record) };
  return DatabaseWitness.open({ store, seal, onFailure });
}

/** For a program beside the service, which alone writes. */
export function readWitness(
  { witnessFile: path }: Pick<Config, 'witnessFile'>,
  { keks }: Pick<Custody, 'keks'>,
): Promise<DatabaseWitness> {
  const file = new LocalWitnessFile({ path, keks });
  const store = { read: () => file.read(), write: () => Promise.resolve() };
  return DatabaseWitness.open({ store, onFailure: () => undefined });
}

function lock(path: string): () => void {
  try {
    return lockForThisProcess(`${path}.lock`);
  } catch (error) {
    if (error instanceof ProcessLockError) throw new WitnessSharedError(path);
    throw error;
  }
}
