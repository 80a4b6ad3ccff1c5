import type { ServerInterceptor } from '@grpc/grpc-js';
import type { RevocationKind } from '@mintmark/contract';
import { verifierInterceptor } from '@mintmark/verifier-grpc';
import type { Logger } from 'pino';
import type { Database } from '../adapters/sql/open-database.ts';
import { SqlVerifierAcks } from '../adapters/sql/verifier-acks.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import type { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { KeySetWatch } from '../core/keys/distribution/watch/key-set-watch.ts';
import { scaleWatchTiming, VerifierReports } from '../core/keys/distribution/watch/verifier-reports.ts';
import { WATCH_SCOPE } from '../core/model/keyset-resource.ts';
import type { ReplayGuard } from '../core/ports/replay-guard.ts';
import type { WatchObserver } from '../core/ports/watch-observer.ts';
import type { RevocableToken } from '../core/model/revocation.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import type { RevocationFeed } from '../core/revocation/revocation-feed.ts';
import { KEYSET_SERVICE } from '../transport/grpc/keyset-message.schema.ts';
import { watchVerifier } from '../transport/grpc/watch-verifier.ts';
import { repeat } from './repeat.ts';

interface Needs {
  readonly database: Database;
  readonly ring: KeyRing;
  readonly registry: Registry;
  readonly revocations: RevocationFeed;
  readonly replayGuard: ReplayGuard;
  readonly observer: WatchObserver;
  /** Told of tokens that opened no stream. */
  readonly onDenied: (code: string) => void;
  readonly logger: Logger;
}

export interface WatchParts {
  readonly keySetWatch: KeySetWatch;
  /** Lets no message of a stream be read before its token is verified. */
  readonly watchGate: ServerInterceptor;
}

/** How often what verifiers acknowledge is written down, in seconds: one statement for all of them. */
const FLUSH_SECONDS = 1;
const SHORTEST_PAUSE_SECONDS = 0.05;

/** Starts telling verifiers of the key set, and writing down what they say. */
export function startWatch(config: Config, needs: Needs, opened: AsyncDisposableStack): WatchParts {
  const { ring, registry, revocations, replayGuard, logger } = needs;
  const timing = scaleWatchTiming(config.timeScale);
  const reports = new VerifierReports({ acks: new SqlVerifierAcks(needs.database), clock: systemClock, timing });
  const keySetWatch = new KeySetWatch({
    ...{ ring, registry, reports, timing },
    revokedWith: askedOf(revocations),
    observer: needs.observer,
    clock: systemClock,
  });
  ring.onAccepted(() => keySetWatch.announceKeySet());
  revocations.onAccepted(() => keySetWatch.examine());
  revocations.onNews((news) => keySetWatch.announceRevocations(news));
  keySetWatch.onOpening(() => revocations.position());
  const failed = (err: unknown) => logger.error({ err }, 'what verifiers acknowledged could not be written down yet');
  const flushing = repeat(paced(FLUSH_SECONDS / config.timeScale), () => tick(keySetWatch, reports), failed);
  const beating = repeat(paced(timing.heartbeatSeconds), () => beat(keySetWatch, reports), failed);
  opened.defer(async () => {
    await Promise.all([beating.stop(), flushing.stop()]);
    await reports.flush().catch(failed);
  });
  const { issuer, timeScale } = config;
  const verifier = watchVerifier({ issuer, timeScale, keys: ring, revocations, replayGuard });
  const watchGate = verifierInterceptor({
    verifier,
    methods: (path) => (path === `/${KEYSET_SERVICE}/WatchKeySet` ? { scopes: [WATCH_SCOPE] } : 'public'),
    onDenied: ({ code }) => needs.onDenied(code),
  });
  return { keySetWatch, watchGate };
}

/** A replica that cannot know opens no stream; those that are open go on, and their `as_of` stands still. */
function askedOf(feed: RevocationFeed): (token: RevocableToken) => RevocationKind | undefined {
  return (token) => {
    try {
      return feed.revokedWith(token);
    } catch {
      return undefined;
    }
  };
}

async function tick(keySetWatch: KeySetWatch, reports: VerifierReports): Promise<void> {
  keySetWatch.endRevoked();
  await reports.flush();
}

async function beat(keySetWatch: KeySetWatch, reports: VerifierReports): Promise<void> {
  keySetWatch.heartbeat();
  await reports.prune();
}

function paced(seconds: number): number {
  return Math.max(seconds, SHORTEST_PAUSE_SECONDS);
}
