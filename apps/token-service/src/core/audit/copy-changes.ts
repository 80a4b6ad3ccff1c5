import type { ChangePosition } from '../model/audit-event.ts';
import { secondsAfter } from '../model/signing-key.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { ChangeFeed } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';

interface Ports {
  readonly feed: ChangeFeed;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** What the chain holds, by stream, by its own account: so a crash leaves neither a gap nor a copy too many. */
  readonly copied: ReadonlyMap<string, ChangePosition>;
}

/** Appended in one turn of the event loop, so that they are durable together or not at all. */
const BATCH = 200;

/** 90 days: a replica that was away for longer has a gap in its chain, which those of the others do not have. */
const KEPT_SECONDS = 90 * 86_400;

/** Copies the database's record of changes into the audit chain, each row once and in order. */
export class CopyChanges {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the audit log or the database throws; the next run goes on where this one stopped */
  async execute(): Promise<void> {
    const { feed, clock } = this.#ports;
    for (const head of await feed.heads()) {
      await this.#copyUpTo(head);
      await feed.forget(this.#position(head.stream), secondsAfter(clock.now(), -KEPT_SECONDS));
    }
  }

  async #copyUpTo(head: ChangePosition): Promise<void> {
    const { feed, audit } = this.#ports;
    await this.#noticeRestore(head);
    for (;;) {
      const batch = await feed.after(this.#position(head.stream), BATCH);
      if (batch.length === 0) return;
      await Promise.all(batch.map((change) => audit.append(change)));
    }
  }

  #position(stream: string): ChangePosition {
    return this.#ports.copied.get(stream) ?? { stream, epoch: 0, version: 0 };
  }

  async #noticeRestore(head: ChangePosition): Promise<void> {
    const { audit, clock, copied } = this.#ports;
    const reached = copied.get(head.stream);
    if (!reached || !isBefore(head, reached)) return;
    await audit.append({ event: 'changes.restored', time: clock.now(), ...head });
  }
}

function isBefore(one: ChangePosition, other: ChangePosition): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.version < other.version);
}
