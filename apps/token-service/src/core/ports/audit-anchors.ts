import type { AuditAnchor } from './audit-trail.ts';

/** Where the audit chain has got to, kept somewhere else. */
export interface AuditAnchors {
  add(anchor: Omit<AuditAnchor, 'at'>): Promise<void>;
  /** The newest ones, the oldest of them first. */
  list(): Promise<readonly AuditAnchor[]>;
}
