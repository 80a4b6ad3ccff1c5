import type { OperatorDenied } from '../model/audit-event.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';

interface Ports {
  readonly audit: AuditLog;
  readonly clock: Clock;
}

export type Denial = Omit<OperatorDenied, 'event' | 'time'>;

/** Recorded one by one in a second, of strangers and of known operators each; more would let anyone fill the disk. */
const MOST_A_SECOND = 10;
/** Of a gRPC path, which a stranger may have made up. */
const LONGEST_ACTION = 100;

/**
 * Writes down who was refused at the door of the admin API. A flood is counted instead, and a flood of strangers hides nothing
 * that an operator does. A refusal does not wait for its record: nothing happened that could only happen with one.
 */
export class RecordDenials {
  readonly #ports: Ports;
  readonly #strangers = new Allowance();
  readonly #operators = new Allowance();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  add(denial: Denial): void {
    const { clock } = this.#ports;
    const allowance = denial.actor === undefined ? this.#strangers : this.#operators;
    if (!allowance.take(clock.monotonic())) return;
    const action = denial.action.slice(0, LONGEST_ACTION);
    this.#append({ event: 'operator.denied', time: clock.now(), ...denial, action });
  }

  /** Writes down how many have only been counted since the last time. */
  flush(): void {
    const time = this.#ports.clock.now();
    const [strangers, operators] = [this.#strangers.suppressed(), this.#operators.suppressed()];
    if (strangers + operators > 0) this.#append({ event: 'operator.denials-suppressed', time, strangers, operators });
  }

  /** The audit log itself tells of what it could not write. */
  #append(event: Parameters<AuditLog['append']>[0]): void {
    this.#ports.audit.append(event).catch(() => undefined);
  }
}

class Allowance {
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;
  #suppressed = 0;

  take(now: number): boolean {
    if (now - this.#second >= 1) {
      this.#second = now;
      this.#taken = 0;
    }
    const fits = this.#taken < MOST_A_SECOND;
    if (fits) this.#taken++;
    else this.#suppressed++;
    return fits;
  }

  /** @returns how many were refused since the last call */
  suppressed(): number {
    const count = this.#suppressed;
    this.#suppressed = 0;
    return count;
  }
}
