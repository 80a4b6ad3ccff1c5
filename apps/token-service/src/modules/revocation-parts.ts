import type { Logger } from 'pino';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../adapters/sql/revocation-store.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { RefreshRevocations } from '../core/revocation/refresh-revocations.ts';
import { RevocationFeed } from '../core/revocation/revocation-feed.ts';
import { repeat, type Repetition } from './repeat.ts';

export interface RevocationParts {
  readonly store: SqlRevocationStore;
  readonly feed: RevocationFeed;
  readonly refreshRevocations: RefreshRevocations;
  readonly refreshing: Repetition;
}

/** Loads what is revoked, and from then on keeps it, and the document about it, up with time. */
export async function startRevocations(
  { issuer, timing }: Config,
  { database, keys, logger }: { database: Database; keys: KeyRing; logger: Logger },
): Promise<RevocationParts> {
  const store = new SqlRevocationStore(database, timing);
  const feed = new RevocationFeed({ issuer, clock: systemClock, timing });
  const refreshRevocations = new RefreshRevocations({ store, feed, keys });
  const failed = (err: unknown) => logger.error({ err }, 'what is revoked could not be refreshed');
  await refreshRevocations.execute().catch(failed);
  const refreshing = repeat(timing.pollSeconds, () => refreshRevocations.execute(), failed);
  return { store, feed, refreshRevocations, refreshing };
}
