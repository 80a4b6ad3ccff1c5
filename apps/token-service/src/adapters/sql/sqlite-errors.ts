/** Primary result codes (https://www.sqlite.org/rescode.html); extended ones carry theirs in the low byte. */
const SQLITE = { BUSY: 5, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 } as const;

export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE.BUSY;
}

export function isNotADatabase(error: unknown): boolean {
  return resultCode(error) === SQLITE.NOTADB;
}

export function isCorrupt(error: unknown): boolean {
  return resultCode(error) === SQLITE.CORRUPT;
}

export function isUnwritable(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.READONLY || code === SQLITE.CANTOPEN || code === SQLITE.FULL || code === SQLITE.IOERR;
}

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}
