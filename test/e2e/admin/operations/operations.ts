import { AUDIT_OPERATIONS } from './audit.ts';
import { CLIENT_OPERATIONS } from './clients.ts';
import { KEY_OPERATIONS } from './keys.ts';
import { REGISTRY_OPERATIONS } from './registry.ts';
import { REVOCATION_OPERATIONS } from './revocations.ts';
import type { Row } from './row.ts';

/** Every operation of the admin API. */
export const OPERATIONS: readonly Row[] = [
  ...CLIENT_OPERATIONS,
  ...REGISTRY_OPERATIONS,
  ...KEY_OPERATIONS,
  ...REVOCATION_OPERATIONS,
  ...AUDIT_OPERATIONS,
];
