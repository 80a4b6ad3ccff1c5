// Consoles and CLIs lean on this library alone.
export { clientSecret as operatorSecret } from '@mintmark/client';
export type { AdminCall, AnswerOf, AnswerReader } from './admin-call.ts';
export {
  ADMIN_RESOURCE,
  createAdminClient,
  type AdminClient,
  type AdminClientOptions,
  type SendOptions,
} from './admin-client.ts';
export { AdminError, type AdminClientErrorCode, type AdminFailure } from './admin-error.ts';
export * from './calls.ts';
export { HOST_SOCKET, sendOverSocket, type HostSocketOptions } from './host-socket.ts';
export { pagesOf, type Page } from './pages.ts';
export { safeAddress } from './safe-address.ts';
export type { AuditLine, AuditTail, AuditVerification } from './wire/audit.schema.ts';
export type { ClientPage, ClientView, NewSecret } from './wire/clients.schema.ts';
export type {
  Compromise,
  KeyHoldings,
  KeyPlan,
  KeyRingView,
  KeyStatus,
  KeyUsers,
  KeyView,
  Laggard,
  Rotation,
  TimelineEntry,
} from './wire/keys.schema.ts';
export type { EpochStatus } from './wire/keyset.schema.ts';
export type { KekStatus, KekStep } from './wire/kek.schema.ts';
export type {
  DeclarationProblem,
  PolicyPage,
  PolicyView,
  RegistryApplied,
  RegistryChange,
  RegistryChangeSince,
  RegistryPlan,
  ResourcePage,
  ResourceView,
} from './wire/registry.schema.ts';
export type { Revocation, RevocationPage } from './wire/revocations.schema.ts';
export type { ApiDescription } from './wire/service.schema.ts';
