import type { KeySetIdentity } from '../../../model/verifier-evidence.ts';
import type { RevocationNews } from '../../../ports/announcements.ts';

/** What verifiers are told over a stream. One object goes to all of them, so that it is put into bytes once. */
export type WatchEvent = {
  readonly sequence: number;
  /** Last contact of this replica with the database. */
  readonly asOf: Date;
} & WatchNews;

export type WatchNews =
  | { readonly kind: 'key-set'; readonly set: AnnouncedKeySet }
  | { readonly kind: 'heartbeat'; readonly set: KeySetIdentity }
  | { readonly kind: 'revocations'; readonly news: RevocationNews };

export interface AnnouncedKeySet extends KeySetIdentity {
  readonly body: string;
  readonly kids: readonly string[];
}

/** The client's side of one stream. */
export interface WatchSink {
  /** @param sent called once the event is on its way; until then nothing more is sent */
  send(event: WatchEvent, sent: () => void): void;
  /** Ends the stream; without an error: in peace. */
  end(error?: Error): void;
}
