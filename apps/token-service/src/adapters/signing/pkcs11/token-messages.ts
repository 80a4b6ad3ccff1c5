import type { SigningAlgorithm } from '@mintmark/contract';
import type { SigningProviderErrorCode } from '../../../core/ports/signing-key-provider.ts';
import type { TokenAddress } from './pkcs11-uri.ts';

/** What the service asks of the process that holds the token, and what it is answered. */
export interface TokenVerbs {
  open: { asked: { address: TokenAddress; pinFile: string; sessions: number }; answered: OpenedToken };
  /**
   * The label names the key: issuer, algorithm and idempotency key. Answered with the key's id, which begins with the tag of the
   * token. A token whose tag begins with any of `condemned` makes none.
   */
  create: {
    asked: { label: string; algorithm: SigningAlgorithm; condemned: readonly string[] };
    answered: string;
  };
  publicKey: { asked: { id: string }; answered: PublicKeyParameters };
  sign: { asked: { id: string; input: Uint8Array }; answered: Uint8Array };
  destroy: { asked: { id: string }; answered: null };
  list: { asked: { labelPrefix: string }; answered: readonly { readonly id: string; readonly label: string }[] };
}

export type TokenVerb = keyof TokenVerbs;

export type TokenRequest = {
  [Verb in TokenVerb]: { readonly sequence: number; readonly verb: Verb } & TokenVerbs[Verb]['asked'];
}[TokenVerb];

export interface OpenedToken {
  readonly tag: string;
  readonly algorithms: readonly SigningAlgorithm[];
}

/** JWK members that describe the key itself, base64url. */
export interface PublicKeyParameters {
  readonly algorithm: SigningAlgorithm;
  readonly jwk: Readonly<Record<string, string>>;
}

export type TokenAnswer =
  | { readonly sequence: number; readonly value: TokenVerbs[TokenVerb]['answered'] }
  | { readonly sequence: number; readonly failure: TokenFailure };

/** `SETUP`: no token can come of these settings, so the service does not start with them. */
export interface TokenFailure {
  readonly code: SigningProviderErrorCode | 'SETUP';
  readonly message: string;
}

/** After one of these the connection itself is good, and what it says is true of one request only. */
const HARMLESS: readonly TokenFailure['code'][] = [
  ...(['KEY_NOT_FOUND', 'KEY_UNREADABLE', 'ALGORITHM_UNSUPPORTED'] as const),
  ...(['CUSTODY_COMPROMISED', 'PROVIDER_FULL', 'PROVIDER_BUSY'] as const),
];

export function endsConnection({ code }: TokenFailure): boolean {
  return !HARMLESS.includes(code);
}

const LABEL = 'mintmark';

/** Issuers never see one another's keys. The tag is short because some tokens keep labels of 40 bytes. */
export function labelPrefix(issuerTag: string): string {
  return `${LABEL}:${issuerTag}:`;
}

export function labelOf(prefix: string, algorithm: SigningAlgorithm, idempotencyKey: string): string {
  return `${prefix}${algorithm}:${idempotencyKey}`;
}

export function readLabel(label: string): { readonly algorithm: string; readonly idempotencyKey: string } | undefined {
  const [, algorithm, idempotencyKey] = /^mintmark:[^:]+:([^:]+):(.+)$/s.exec(label) ?? [];
  return algorithm === undefined || idempotencyKey === undefined ? undefined : { algorithm, idempotencyKey };
}
