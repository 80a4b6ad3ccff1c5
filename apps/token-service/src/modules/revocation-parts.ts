import type { Logger } from 'pino';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../adapters/sql/revocation-store.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import type { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import type { RevocationStore } from '../core/ports/revocation-store.ts';
import { RefreshRevocations } from '../core/revocation/refresh-revocations.ts';
import { RevocationFeed } from '../core/revocation/revocation-feed.ts';
import { WitnessedRevocations } from '../core/revocation/witnessed-revocations.ts';
import { repeat, type Repetition } from './repeat.ts';

export interface RevocationParts {
  readonly store: RevocationStore;
  readonly feed: RevocationFeed;
  readonly refreshRevocations: RefreshRevocations;
  readonly refreshing: Repetition;
}

/** The witness has judged it: before anything is changed in a database, it is known whether it was restored. */
export async function openRevocationStore(
  { timing }: Config,
  { database, witness }: { database: Database; witness: DatabaseWitness },
): Promise<RevocationStore> {
  const store = new WitnessedRevocations(new SqlRevocationStore(database, timing), witness);
  await store.head();
  return store;
}

/** Loads what is revoked, and from then on keeps it, and the document about it, up with time. */
export async function startRevocations(
  { issuer, timing }: Config,
  { store, keys, logger }: { store: RevocationStore; keys: KeyRing; logger: Logger },
): Promise<RevocationParts> {
  const feed = new RevocationFeed({ issuer, clock: systemClock, timing });
  const refreshRevocations = new RefreshRevocations({ store, feed, keys });
  const failed = (err: unknown) => logger.error({ err }, 'what is revoked could not be refreshed');
  await refreshRevocations.execute().catch(failed);
  const refreshing = repeat(timing.pollSeconds, () => refreshRevocations.execute(), failed);
  return { store, feed, refreshRevocations, refreshing };
}
