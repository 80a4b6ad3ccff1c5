import { DatabaseError as ServerError } from 'pg';

/**
 * SQLSTATEs that say "not now" (https://www.postgresql.org/docs/15/errcodes-appendix.html): connection lost, out of
 * resources, stopped by an operator or a time-out, deadlock, a standby that cannot be written to.
 */
const NOT_NOW = /^(08|53|57P|58|25P03|25006|40001|40P01|55P03|57014|25P02)/;

/** Whether it may work a moment later. What did not come from the server came from the connection to it. */
export function isUnavailable(error: unknown): boolean {
  return !(error instanceof ServerError) || NOT_NOW.test(error.code ?? '');
}

/** Whether the connection may not be used again: nobody knows what is on its way there, or it is gone. */
export function breaksConnection(error: unknown): boolean {
  return !(error instanceof ServerError) || error.severity === 'FATAL' || error.severity === 'PANIC';
}

export function sqlState(error: unknown): string | undefined {
  return error instanceof ServerError ? error.code : undefined;
}

/** The server quotes whole rows in these, and errors are logged. */
export function withoutRows(error: unknown): unknown {
  if (error instanceof ServerError) {
    error.detail = undefined;
    error.where = undefined;
    error.internalQuery = undefined;
  }
  return error;
}
