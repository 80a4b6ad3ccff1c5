import type { Kysely } from 'kysely';
import type { Clock } from '../../core/ports/clock.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

export interface Clocks {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /** That of this machine. */
  readonly clock: Clock;
}

/** How late it is by the database and by this machine: what is forgotten when its time is over is not by one clock that leapt. */
export async function earliestTime({ db, dialect, clock }: Clocks): Promise<number> {
  const databaseTime = await dialect.databaseTime(db);
  return Math.min(databaseTime.getTime(), clock.now().getTime());
}
