import type { VerifierErrorCode } from '@mintmark/contract';
import { readExternalUrl, type Clock, type Verifier } from '@mintmark/verifier';
import type { MethodAccess } from '@mintmark/verifier-grpc';
import { readRealm, type Authenticator, type RefusalContext } from '@mintmark/verifier-http';

export interface VerifierModuleOptions {
  /** Closed when the application shuts down. */
  readonly verifier: Verifier;
  /** `realm` of the HTTP challenge; default `mintmark`. */
  readonly realm?: string;
  /** Where callers reach this service over HTTP, as `https://inventory.internal`: lets in tokens with a DPoP proof for it. */
  readonly externalUrl?: string;
  /** The same over gRPC, as `inventory.internal:443`. */
  readonly grpcAuthority?: string;
  /**
   * gRPC methods that no Nest handler serves, by full path: health, reflection. What is neither here nor a handler is refused.
   * Example: `{ '/grpc.health.v1.Health/Check': 'public' }`
   */
  readonly grpcMethods?: Readonly<Record<string, MethodAccess>>;
  /** Hears of every refusal, with the fine code that the caller is not told; default: Nest's logger. */
  readonly onDenied?: (denied: DeniedAccess) => void;
  /** Decides when the token of a gRPC stream has expired; default: the system clock. */
  readonly clock?: Clock;
}

export interface DeniedAccess {
  readonly code: VerifierErrorCode;
  /** The same one the caller was given. */
  readonly requestId: string;
  /** `StockController.list`; where no handler was reached the gRPC path, or over HTTP `none`. */
  readonly handler: string;
  /** What `verify` threw, if it did: a defect of this side, answered as "cannot determine". */
  readonly cause?: unknown;
  /** Of the caller, where the token was good and only its scope did not suffice. */
  readonly clientId?: string;
}

/** Injection token of the module's options. */
export const VERIFIER_OPTIONS = Symbol('mintmark:verifier-options');

/** @throws TypeError for an `externalUrl` that is none, or a `realm` that a header cannot carry */
export function authenticatorOf({ verifier, externalUrl, realm }: VerifierModuleOptions): Authenticator {
  readRealm(realm);
  return { verifier, externalUrl: readExternalUrl(externalUrl) };
}

export function refusalContext({ realm = 'mintmark', externalUrl }: VerifierModuleOptions, requestId: string) {
  return { requestId, realm, dpop: externalUrl !== undefined } satisfies RefusalContext;
}
