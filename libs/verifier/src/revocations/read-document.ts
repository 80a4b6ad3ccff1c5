import {
  MAX_REVOCATIONS,
  REVOCATION_KINDS,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_TYP,
  type RevocationsClaims,
  type RevokedEntry,
} from '@mintmark/contract';
import {
  decodeBase64url,
  findDots,
  isJsonObject,
  parseStrictJson,
  verifyBytes,
  type JsonObject,
  type VerificationKey,
} from '@mintmark/jws';

/** A document taken apart; nothing in it is verified yet. */
export interface UnverifiedDocument {
  readonly header: JsonObject;
  readonly kid: string;
  readonly payload: Buffer;
  readonly input: Buffer;
  readonly signature: Buffer;
}

export type ReadDocument =
  { readonly ok: true; readonly claims: RevocationsClaims } | { readonly ok: false; readonly reason: string };

/** @returns `undefined` unless it is a compact JWS with a kid */
export function takeApart(body: Buffer): UnverifiedDocument | undefined {
  const text = body.toString('latin1');
  const { first, second, third } = findDots(text);
  if (second < 0 || third >= 0) return undefined;
  const header = parsed(decodeBase64url(text.slice(0, first)));
  const payload = decodeBase64url(text.slice(first + 1, second));
  const signature = decodeBase64url(text.slice(second + 1));
  const kid = header?.['kid'];
  if (!header || !payload || !signature || typeof kid !== 'string') return undefined;
  return { header, kid, payload, signature, input: Buffer.from(text.slice(0, second), 'latin1') };
}

/** Judges a document by itself: whether it is one, signed with `key`, of `issuer`. */
export function readDocument(document: UnverifiedDocument, key: VerificationKey, issuer: string): ReadDocument {
  const { header, payload, input, signature } = document;
  if (Object.keys(header).length !== 3 || header['alg'] !== key.algorithm) return refused('its header is another one');
  if (header['typ'] !== REVOCATIONS_TYP) return refused('it is of another typ');
  if (!verifyBytes(key.algorithm, key.publicKey, input, signature)) return refused('its signature is not good');
  const claims = parsed(payload);
  if (!claims) return refused('it is not strict JSON');
  if (claims['iss'] !== issuer) return refused('it is of another issuer');
  if (claims['aud'] !== REVOCATIONS_AUDIENCE) return refused('it is for another audience');
  return isWellFormed(claims) ? { ok: true, claims } : refused('its claims are not of their form');
}

function parsed(bytes: Buffer | undefined): JsonObject | undefined {
  const value = bytes && parseStrictJson(bytes);
  return isJsonObject(value) ? value : undefined;
}

function isWellFormed(claims: object): claims is RevocationsClaims {
  const { epoch, sequence, as_of: asOf, next_by: nextBy, revoked } = claims as Record<string, unknown>;
  if (!isCount(epoch) || !isCount(sequence) || !isDate(asOf) || !isDate(nextBy)) return false;
  return Array.isArray(revoked) && revoked.length <= MAX_REVOCATIONS && revoked.every(isEntry);
}

/** A member more may be what a later issuer has to say: what this one knows of it would be too little. */
function isEntry(entry: unknown): entry is RevokedEntry {
  if (!Array.isArray(entry) || entry.length < 3 || entry.length > 4) return false;
  const [kind, id, ...dates] = entry as unknown[];
  return REVOCATION_KINDS.includes(kind as RevokedEntry[0]) && typeof id === 'string' && dates.every(isDate);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

function refused(reason: string): ReadDocument {
  return { ok: false, reason };
}
