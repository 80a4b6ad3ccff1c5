export type DatabaseErrorCode =
  | 'URL_UNSUPPORTED'
  | 'UNWRITABLE'
  | 'NOT_A_DATABASE'
  | 'FOREIGN_DATABASE'
  | 'DAMAGED'
  | 'LOCKED'
  | 'UNREACHABLE'
  | 'ACCESS_DENIED'
  | 'SERVER_UNSUITABLE'
  | 'SCHEMA_NEWER'
  | 'MIGRATION_CHANGED';

/** The database cannot be used. The message says which one, why, and what to do about it. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = code;
  }
}
