/** News of the revocation feed. */
export interface RevocationNews {
  /** Of the feed, after these. */
  readonly feedEpoch: number;
  readonly feedSequence: number;
  readonly revocations: readonly {
    readonly kind: 'token' | 'client' | 'key';
    readonly id: string;
    /** Nothing it concerns is alive after it. */
    readonly until: Date;
    /** Place in the feed. */
    readonly sequence: number;
  }[];
}

/** Tells everyone who watches the key set at this replica. */
export interface Announcements {
  /** To every stream at once. */
  announceRevocations(news: RevocationNews): void;
  /** @param tell what a stream is told when it opens, right after the key set; asked anew each time */
  onOpening(tell: () => RevocationNews | undefined): void;
}
