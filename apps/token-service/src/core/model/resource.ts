import type { SigningAlgorithm } from '@mintmark/contract';

/** How a resource wants tokens bound to their sender (RFC 8705, RFC 9449); `any` takes either binding. */
export const SENDER_CONSTRAINTS = ['none', 'dpop', 'mtls', 'any'] as const;
export type SenderConstraint = (typeof SENDER_CONSTRAINTS)[number];

/** A service that receives calls. */
export interface Resource {
  readonly id: string;
  readonly uri?: string;
  /** What `aud` says: the URI if it has one, or else the id. */
  readonly audience: string;
  /** Client that may watch, acknowledge and introspect for it. */
  readonly operatedBy?: string;
  readonly scopes: readonly string[];
  readonly tokenLifetimeSeconds: number;
  readonly signingAlgorithm: SigningAlgorithm;
  readonly senderConstraint: SenderConstraint;
}
