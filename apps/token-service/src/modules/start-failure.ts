import { AuditFileError } from '../adapters/audit/audit-file.ts';
import { AuditChainError } from '../adapters/audit/chain-end.ts';
import { KeyEncryptionKeyError } from '../adapters/signing/local/key-encryption-key-file.ts';
import { TokenSetupError } from '../adapters/signing/pkcs11/token-process.ts';
import { DatabaseError } from '../adapters/sql/database-error.ts';
import { ProcessLockError } from '../adapters/sql/process-lock.ts';
import { ConfigError } from '../config/load-config.ts';
import { DataDirectoryError } from './data-directory.ts';
import { ListenError } from '@mintmark/service-nest';
import { DeclarationFileError } from './registry-parts.ts';
import { TlsFilesError } from './tls-files.ts';

/** Failures whose message is their own way out; of anything else the stack is wanted. */
const EXPLAINED = [
  AuditChainError,
  AuditFileError,
  ConfigError,
  DatabaseError,
  DataDirectoryError,
  DeclarationFileError,
  KeyEncryptionKeyError,
  ListenError,
  ProcessLockError,
  TlsFilesError,
  TokenSetupError,
];

/** What an operator reads when the service does not come up: what is wrong and how to mend it. */
export function explainStartFailure(error: unknown): string {
  if (EXPLAINED.some((kind) => error instanceof kind)) return `token-service: ${(error as Error).message}`;
  return `token-service: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
