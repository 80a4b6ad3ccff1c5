import type { Logger } from 'pino';
import { LocalWitnessFile } from '../adapters/signing/local/local-witness-file.ts';
import { whileLocked } from '../adapters/sql/process-lock.ts';
import type { Config } from '../config/load-config.ts';
import type { ReservedCompromise } from '../core/model/witness-record.ts';
import { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import type { KeySetWitness } from '../core/ports/key-set-witness.ts';
import type { Custody } from './key-parts.ts';

type Place = Pick<Config, 'witnessFile'>;

export async function openWitness(
  place: Place,
  { seal, ...custody }: Pick<Custody, 'keks' | 'seal'>,
  { logger }: { logger: Logger },
): Promise<DatabaseWitness> {
  const onFailure = (err: unknown) =>
    logger.error({ err, file: place.witnessFile }, 'the witness could not be written');
  const onWithdrawal = (orders: readonly ReservedCompromise[]) => {
    for (const order of orders) logger.warn(order, 'an ordered compromise was refused, and is withdrawn');
  };
  const file = witnessFile(place, custody);
  const store: KeySetWitness = {
    read: () => file.readAndRenew(),
    write: (record, was) => file.write(record, was),
    writeAnew: (record) => file.writeAnew(record),
  };
  return DatabaseWitness.open({ store, seal, onFailure, onWithdrawal });
}

/** For a program beside the service, which alone writes. */
export function readWitness(place: Place, custody: Pick<Custody, 'keks'>): Promise<DatabaseWitness> {
  const nothing = () => Promise.resolve();
  const store = { read: () => witnessFile(place, custody).read(), write: nothing, writeAnew: nothing };
  return DatabaseWitness.open({ store, onFailure: () => undefined });
}

function witnessFile({ witnessFile: path }: Place, { keks }: Pick<Custody, 'keks'>): LocalWitnessFile {
  return new LocalWitnessFile({ path, keks, exclusively: (work) => whileLocked(`${path}.lock`, work) });
}
