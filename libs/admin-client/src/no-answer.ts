import { AdminError } from './admin-error.ts';

/** Who was asked, and what helps where they cannot be reached. */
export interface Asked {
  readonly name: string;
  readonly check: string;
}

/** Codes of a connection that never was: nothing listens there, or not who it should be. No other is sure to be one. */
const NEVER_CONNECTED =
  /^(?:ECONNREFUSED|ENOENT|EACCES|EADDRNOTAVAIL|E(?:HOST|NET)UNREACH|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_(?:WRONG_VERSION_NUMBER|TLSV1_ALERT_PROTOCOL_VERSION)|UNABLE_TO_\w+|\w*CERT(?:_\w+)?|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|bad port)$/;

const MAY_BE_DONE = 'What was asked for may have been done: look before you repeat it.';

export function unreachable({ name, check }: Asked, code: unknown): AdminError {
  return new AdminError({
    code: 'ADMIN_UNREACHABLE',
    message: `${name} cannot be reached${inBrackets(code)}. ${check}`,
  });
}

export function timedOut({ name }: Asked, seconds: number): AdminError {
  const message = `${name} did not answer within ${seconds} s. ${MAY_BE_DONE}`;
  return new AdminError({ code: 'ADMIN_TIMED_OUT', message });
}

/** What a failed exchange comes to; unless there surely was no connection, the request may have been read. */
export function brokenOff(asked: Asked, code: unknown): AdminError {
  if (typeof code === 'string' && NEVER_CONNECTED.test(code)) return unreachable(asked, code);
  const message = `${asked.name} was asked, and the connection broke before the whole answer was here${inBrackets(code)}. ${MAY_BE_DONE}`;
  return new AdminError({ code: 'ANSWER_LOST', message });
}

/** Only the code of the system's error is taken over, no foreign text. */
function inBrackets(code: unknown): string {
  return typeof code === 'string' ? ` (${code})` : '';
}
