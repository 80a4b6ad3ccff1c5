export interface AuditLine {
  readonly seq: number;
  /** As it is in the file: JSON, without the newline. */
  readonly line: string;
}

export interface AuditTail {
  readonly lines: readonly AuditLine[];
  /** Number of the newest line. */
  readonly lastSeq: number;
}

/** A place that the chain has reached, known apart from the chain itself. */
export interface AuditAnchor {
  /** Hash of the first line, which tells chains apart. */
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: Date;
}

export interface AuditVerification {
  readonly ok: boolean;
  /** Good lines, from the first. */
  readonly lines: number;
  readonly lastSeq: number;
  /** The highest line that an anchor vouches for; 0: none. */
  readonly anchoredSeq: number;
  readonly anchoredAt: Date | null;
  readonly firstBad: { readonly line: number; readonly problem: string } | null;
}

/** The audit file, read. */
export interface AuditTrail {
  /** @param request without `after` the newest lines; at most `limit`, the oldest first */
  tail(request: { readonly after?: number; readonly limit: number }): Promise<AuditTail>;
  /** Follows the chain from its first line, and past every anchor. */
  verify(anchors: readonly AuditAnchor[]): Promise<AuditVerification>;
}
