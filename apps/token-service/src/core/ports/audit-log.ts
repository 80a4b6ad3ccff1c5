import type { AuditEvent } from '../model/audit-event.ts';

export interface AuditLog {
  /**
   * Resolves when the event is durable: it would survive a power cut.
   * @throws RequestError AUDIT_UNAVAILABLE; the event may then not be relied on, and what it records must not happen
   */
  append(event: AuditEvent): Promise<void>;
}
