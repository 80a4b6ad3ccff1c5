import type { IssuerErrorCode } from '@mintmark/contract';
import type { Client } from '../model/client.ts';

/**
 * Why a proof was not accepted: for the log and the audit trail. The caller learns only that it was not, so that nobody can
 * find out step by step what would be.
 */
export const REFUSAL_REASONS = [
  'client-unknown',
  'client-disabled',
  'client-id-differs',
  'method-not-declared',
  'secret-wrong',
  'header-forbidden',
  'type-wrong',
  'algorithm-forbidden',
  'key-unknown',
  'signature-wrong',
  'claims-malformed',
  'subject-differs',
  'audience-wrong',
  'expired',
  'not-yet-valid',
  'lives-too-long',
  'jti-missing',
  'used-before',
  'issuer-unknown',
  'issuer-disabled',
  'workload-unknown',
  'claims-differ',
  'certificate-expired',
  'certificate-untrusted',
  'certificate-not-for-clients',
  'certificate-name-differs',
  'certificate-key-unknown',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Why it could not be decided. */
export const UNDECIDED_REASONS = ['keys-unavailable', 'guard-unreachable', 'issued-before-guard'] as const;
export type UndecidedReason = (typeof UNDECIDED_REASONS)[number];

/** Values of `token_endpoint_auth_methods_supported` (RFC 8414 §2), and one of ours. */
export type AuthenticationMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'workload_identity';

/** What came of looking at a piece of evidence. */
export type Proof =
  | {
      readonly outcome: 'proved';
      readonly method: AuthenticationMethod;
      readonly client: Client;
      /** What matched: the id of a secret, or a name for the key, certificate or issuer. */
      readonly credentialId: string;
    }
  | {
      readonly outcome: 'refuted';
      readonly method: AuthenticationMethod;
      /** Whom it claimed to be, as far as could be read. */
      readonly claimed: string | undefined;
      readonly reason: RefusalReason;
    }
  | {
      readonly outcome: 'undecided';
      readonly method: AuthenticationMethod;
      readonly claimed: string;
      readonly reason: UndecidedReason;
    };

/** What the caller is told where it could not be decided. */
export const UNDECIDED: Readonly<
  Record<UndecidedReason, { readonly code: IssuerErrorCode; readonly message: string }>
> = {
  'keys-unavailable': {
    code: 'CLIENT_KEYS_UNAVAILABLE',
    message: 'The keys of the client or of its issuer cannot be had just now. Retry later.',
  },
  'guard-unreachable': {
    code: 'REPLAY_GUARD_UNAVAILABLE',
    message: 'It cannot be told just now whether the assertion was used before. Make a new one and retry.',
  },
  'issued-before-guard': {
    code: 'REPLAY_GUARD_UNAVAILABLE',
    message: 'It cannot be told just now whether the assertion was used before. Make a new one and retry.',
  },
};
