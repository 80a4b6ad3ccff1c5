import type { AuditAnchors } from '../ports/audit-anchors.ts';
import type { AuditTrail, AuditVerification } from '../ports/audit-trail.ts';
import type { AnchorAudit } from './anchor-audit.ts';

interface Ports {
  readonly trail: AuditTrail;
  readonly anchors: Pick<AuditAnchors, 'list'>;
  readonly anchorAudit: Pick<AnchorAudit, 'execute'>;
}

/** Follows the audit chain from its first line to where this process knows it must reach. */
export class VerifyAudit {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async execute(): Promise<AuditVerification> {
    const { trail, anchors, anchorAudit } = this.#ports;
    // Not now: then the chain is followed past the anchors there are. It is tried again, and the log tells of it.
    await anchorAudit.execute().catch(() => undefined);
    return trail.verify(await anchors.list());
  }
}
