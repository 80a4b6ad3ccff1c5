import type { AuditAnchors } from '../ports/audit-anchors.ts';
import type { AuditAnchor } from '../ports/audit-trail.ts';

interface Ports {
  /** Where the chain has got to, as this process wrote it; `undefined` before the first line. */
  readonly position: () => Omit<AuditAnchor, 'at'> | undefined;
  readonly anchors: Pick<AuditAnchors, 'add'>;
}

/** Keeps the end of the audit chain in the database, so that a file that was cut off is found out. */
export class AnchorAudit {
  readonly #ports: Ports;
  #anchored = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async execute(): Promise<void> {
    const position = this.#ports.position();
    if (!position || position.seq === this.#anchored) return;
    await this.#ports.anchors.add(position);
    this.#anchored = position.seq;
  }
}
