import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import type { KeyEncryptionKeys } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import type { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import type { ReplaceableSeal } from '../../apps/token-service/src/core/ports/key-set-seal.ts';
import { openWitness } from '../../apps/token-service/src/modules/witness-parts.ts';
import { replica, storedSeal, type Replica, type ReplicaOptions } from './key-lab.ts';

interface Options extends Omit<ReplicaOptions, 'kek' | 'moreKeks' | 'seal' | 'witness'> {
  readonly keks: KeyEncryptionKeys;
  /** Where the witness lies, of all that share it. */
  readonly folder: string;
  readonly logger?: Logger;
}

export interface WitnessedProcess {
  readonly seal: ReplaceableSeal;
  readonly witness: DatabaseWitness;
  readonly service: Replica;
}

/** A process begins on what is stored, with the seal that is there and a witness beside the database. */
export async function beginProcess({ keks, folder, logger = pino({ level: 'silent' }), ...options }: Options) {
  const seal = await storedSeal(options.database, keks);
  const witness = await openWitness({ witnessFile: join(folder, 'witness.json') }, { keks, seal }, { logger });
  const [kek, ...moreKeks] = keks;
  const service = replica({ ...options, witness, seal, kek, moreKeks });
  await service.initialise.execute();
  return { seal, witness, service } satisfies WitnessedProcess;
}
