/** What came over a stream and had no effect. */
export type WatchRefusal =
  /** A resource that the client does not operate. */
  | 'resource-denied'
  /** A second hello, something before the first one, or a message of no known kind. */
  | 'misused'
  /** An acknowledgement of a set that was never published, or with another digest. */
  | 'acknowledgement-forged'
  /** More streams, or messages, than one client may have. */
  | 'limited'
  /** Its token is revoked, or its client or key. */
  | 'revoked'
  /** It did not take what it was sent. */
  | 'too-slow'
  /** It did not say who it is. */
  | 'silent';

/** Is told what becomes of watch streams. For figures: it decides nothing. */
export interface WatchObserver {
  refused(refusal: WatchRefusal): void;
  acknowledged(): void;
  announced(kind: 'key-set' | 'heartbeat' | 'revocations'): void;
}
