import type { RevocationKind } from '@mintmark/contract';
import { RequestError } from '../../../model/errors.ts';
import type { RevocableToken } from '../../../model/revocation.ts';
import type { Announcements, RevocationNews } from '../../../ports/announcements.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WatchObserver } from '../../../ports/watch-observer.ts';
import type { Registry } from '../../../registry/registry-snapshot.ts';
import type { KeyRing } from '../key-ring.ts';
import type { PublishedKeySet } from '../key-set-document.ts';
import { AnnouncedSets } from './announced-sets.ts';
import type { VerifierReports, WatchTiming } from './verifier-reports.ts';
import type { AnnouncedKeySet, WatchEvent, WatchNews, WatchSink } from './watch-event.ts';
import { WatchStream } from './watch-stream.ts';

interface Ports {
  readonly ring: Pick<KeyRing, 'publicKeySet'>;
  readonly registry: Pick<Registry, 'snapshot'>;
  readonly revokedWith: (token: RevocableToken) => RevocationKind | undefined;
  readonly reports: VerifierReports;
  readonly observer: WatchObserver;
  readonly clock: Clock;
  readonly timing: WatchTiming;
  readonly limits?: WatchLimits;
}

export interface WatchLimits {
  /** At this replica. */
  readonly streams: number;
  readonly streamsOfOneClient: number;
}

export const WATCH_LIMITS: WatchLimits = { streams: 20_000, streamsOfOneClient: 5_000 };

/** Everyone who watches the key set at this replica. Each piece of news is one object for all of them. */
export class KeySetWatch implements Announcements {
  readonly #ports: Ports;
  readonly #limits: WatchLimits;
  readonly #sets = new AnnouncedSets();
  readonly #streams = new Set<WatchStream>();
  readonly #revoked = new Set<WatchStream>();
  readonly #streamsOf = new Map<string, number>();
  readonly #openings: (() => RevocationNews | undefined)[] = [];
  #sequence = 0;
  #current: { readonly etag: string; readonly set: AnnouncedKeySet } | undefined;
  #stopping = false;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#limits = ports.limits ?? WATCH_LIMITS;
  }

  get size(): number {
    return this.#streams.size;
  }

  /**
   * @param token that opens the stream
   * @throws RequestError WATCH_LIMITED, STOPPING
   */
  open(token: RevocableToken, sink: WatchSink): WatchStream {
    const { clientId } = token;
    if (this.#stopping) throw new RequestError('STOPPING', 'This replica is stopping. Watch another one.');
    this.#demandRoom(clientId);
    const { reports, clock, timing, observer, registry } = this.#ports;
    const stream: WatchStream = new WatchStream({
      ...{ token, sink, reports, clock, timing },
      revokedWith: () => this.#revokedWith(token),
      operates: (id) => registry.snapshot().resourceById(id)?.operatedBy === clientId,
      findSet: (acknowledged) => this.#sets.find(acknowledged),
      opening: () => this.#opening(),
      onRefused: (refusal) => observer.refused(refusal),
      onAcknowledged: () => observer.acknowledged(),
      onEnd: () => this.#close(clientId, stream),
    });
    this.#streams.add(stream);
    this.#streamsOf.set(clientId, this.#countOf(clientId) + 1);
    return stream;
  }

  /** To be called whenever the ring may hold another version: what is not news is not told. */
  announceKeySet(): void {
    this.#published();
  }

  announceRevocations(news: RevocationNews): void {
    const published = this.#published();
    if (published) this.#announce({ kind: 'revocations', news }, published);
  }

  onOpening(tell: () => RevocationNews | undefined): void {
    this.#openings.push(tell);
  }

  /** To be called whenever something else may be revoked. */
  examine(): void {
    for (const stream of [...this.#streams]) {
      stream.examine();
      if (stream.isRevoked) this.#revoked.add(stream);
    }
  }

  /** To be called every second: those that are revoked have heard by now what there is to hear. */
  endRevoked(): void {
    for (const stream of [...this.#revoked]) {
      stream.examine();
      if (!stream.isRevoked) this.#revoked.delete(stream);
    }
  }

  /** A replica that was cut off for too long has nothing to say that anyone may rely on, so it says that. */
  heartbeat(): void {
    this.examine();
    const published = this.#published();
    if (!published) return this.#endAll(cutOff());
    const { epoch, version, digest } = this.#current!.set;
    this.#announce({ kind: 'heartbeat', set: { epoch, version, digest } }, published);
  }

  /** Ends every stream; their verifiers go to another replica. */
  stop(): void {
    this.#stopping = true;
    this.#endAll(new RequestError('STOPPING', 'This replica is stopping. Watch another one.'));
  }

  #opening(): readonly WatchEvent[] {
    const published = this.#published();
    if (!published) throw cutOff();
    const news = this.#openings.map((tell) => tell()).filter((each) => each !== undefined);
    return [
      this.#event({ kind: 'key-set', set: this.#current!.set }, published),
      ...news.map((each) => this.#event({ kind: 'revocations', news: each }, published)),
    ];
  }

  /** What the ring holds; if that is news, everyone is told. `undefined`: there is none that may be served. */
  #published(): PublishedKeySet | undefined {
    const published = this.#served();
    if (!published || this.#current?.etag === published.etag) return published;
    const set = this.#sets.add(published.body);
    this.#current = { etag: published.etag, set };
    this.#announce({ kind: 'key-set', set }, published);
    return published;
  }

  #served(): PublishedKeySet | undefined {
    try {
      return this.#ports.ring.publicKeySet();
    } catch (error) {
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }

  #announce(news: WatchNews, published: PublishedKeySet): void {
    // A stream that is still taking something else is not told that nothing is new: to leave that out must not look like a loss.
    if (news.kind !== 'heartbeat') this.#sequence += 1;
    this.#ports.observer.announced(news.kind);
    const event = this.#event(news, published);
    for (const stream of this.#streams) stream.offer(event);
  }

  #event(news: WatchNews, { asOf }: PublishedKeySet): WatchEvent {
    return { sequence: this.#sequence, asOf, ...news };
  }

  /** A client that is disabled, or gone, has no token that counts, whatever the database has told so far of what is revoked. */
  #revokedWith(token: RevocableToken): RevocationKind | undefined {
    const client = this.#ports.registry.snapshot().client(token.clientId);
    return !client || client.disabled ? 'client' : this.#ports.revokedWith(token);
  }

  #demandRoom(clientId: string): void {
    const { streams, streamsOfOneClient } = this.#limits;
    if (this.#streams.size < streams && this.#countOf(clientId) < streamsOfOneClient) return;
    this.#ports.observer.refused('limited');
    throw new RequestError('WATCH_LIMITED', 'Too many streams are open. Poll the key set, and come back later.');
  }

  #countOf(clientId: string): number {
    return this.#streamsOf.get(clientId) ?? 0;
  }

  #close(clientId: string, stream: WatchStream): void {
    if (!this.#streams.delete(stream)) return;
    const left = this.#countOf(clientId) - 1;
    if (left > 0) this.#streamsOf.set(clientId, left);
    else this.#streamsOf.delete(clientId);
  }

  #endAll(error: RequestError): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }
}

function cutOff(): RequestError {
  return new RequestError(
    'SIGNING_LEASE_LAPSED',
    'The key set of this replica is too old to be relied on. Retry later.',
  );
}
