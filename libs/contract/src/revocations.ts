/** `typ` of the document that tells verifiers what is revoked; a token has another one, and other keys. */
export const REVOCATIONS_TYP = 'mintmark-revocations+jwt';

/** `aud` of that document: every verifier of the issuer. */
export const REVOCATIONS_AUDIENCE = 'mintmark-verifiers';

export const REVOCATION_KINDS = ['token', 'client', 'key'] as const;
/** What is revoked: one token by its `jti`, the tokens of a client by its `client_id`, or those of a key by its `kid`. */
export type RevocationKind = (typeof REVOCATION_KINDS)[number];

/** Most revocations at a time, so that the document stays below what verifiers read, whatever the ids are. */
export const MAX_REVOCATIONS = 20_000;

/** Longest document, in bytes. */
export const MAX_REVOCATIONS_BYTES = 4 * 1024 * 1024;

/**
 * Kind, id, and until when it counts (NumericDate); a fourth member says that only tokens issued before it (`iat`) are meant.
 * An array, because there may be thousands.
 */
export type RevokedEntry = readonly [kind: RevocationKind, id: string, until: number, issuedBefore?: number];

/** Claims of the document, in wire names. Times are NumericDate. */
export interface RevocationsClaims {
  readonly iss: string;
  readonly aud: typeof REVOCATIONS_AUDIENCE;
  /** Together only ever go up; one pair has one content, but for what has ended. */
  readonly epoch: number;
  readonly sequence: number;
  /** When the issuer knew this to be all that is revoked. */
  readonly as_of: number;
  /** Who is offered the document after that is offered an old one. */
  readonly next_by: number;
  readonly revoked: readonly RevokedEntry[];
}
