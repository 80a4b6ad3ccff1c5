import { importPublicJwk, isJsonObject, parseStrictJson, type JsonObject, type VerificationKey } from '@mintmark/jws';
import type { KeySetVersion } from './key-store.ts';

/** Most members a key set may have. */
export const MAX_KEYS = 32;

export interface KeySet {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly version?: KeySetVersion;
  /** Whether every member of the set is among the keys: none was left out as unusable. */
  readonly whole: boolean;
}

export type ReadKeySet = { readonly ok: true; readonly set: KeySet } | { readonly ok: false; readonly reason: string };

/** Puts right, before it is imported, what an issuer that is not ours leaves out or calls otherwise. */
export type AdaptJwk = (jwk: JsonObject) => JsonObject;

const AS_IT_IS: AdaptJwk = (jwk) => jwk;

/**
 * Reads a JWK Set (RFC 7517 §5). Keys of other kinds or too weak are left out, as the RFC asks; what points to a broken
 * or compromised source (a private member, a kid twice, a name twice, no usable key) refuses the whole set.
 */
export function readKeySet(body: Uint8Array, adapt: AdaptJwk = AS_IT_IS): ReadKeySet {
  const value = parseStrictJson(body);
  if (!isJsonObject(value)) return refusal('not a JSON object, or not strict JSON');
  const members = value['keys'];
  if (!Array.isArray(members)) return refusal('no "keys" list');
  if (members.length > MAX_KEYS) return refusal(`more than ${MAX_KEYS} keys`);
  const version = readVersion(value);
  if (version === null) return refusal('"epoch" and "version" are not whole numbers');
  const adapted = adaptEach(members, adapt);
  return adapted instanceof Error
    ? refusal(`a key could not be adapted: ${adapted.message}`)
    : readKeys(adapted, version);
}

/** Whoever serves a set chooses what is adapted, and must not be able to end the process with it. */
function adaptEach(members: readonly unknown[], adapt: AdaptJwk): readonly unknown[] | Error {
  try {
    return members.map((member) => (isJsonObject(member) ? adapt(member) : member));
  } catch (error) {
    return error as Error;
  }
}

function readKeys(members: readonly unknown[], version: KeySetVersion | undefined): ReadKeySet {
  const keys = new Map<string, VerificationKey>();
  const kids = new Set<string>();
  for (const member of members) {
    const kid = kidOf(member);
    if (kid !== undefined && kids.has(kid)) return refusal('a kid occurs twice');
    const imported = importPublicJwk(member);
    if (!imported.ok && imported.defect === 'private') return refusal('a key has a private member');
    if (kid === undefined) continue;
    kids.add(kid);
    if (imported.ok) keys.set(kid, imported.key);
  }
  if (keys.size === 0) return refusal('no usable key');
  return { ok: true, set: { keys, whole: keys.size === members.length, ...(version && { version }) } };
}

function kidOf(member: unknown): string | undefined {
  const kid = isJsonObject(member) ? member['kid'] : undefined;
  return typeof kid === 'string' && kid !== '' ? kid : undefined;
}

/** Our own issuer numbers its sets; others do not. `null`: it tries to, but not with whole numbers. */
function readVersion(value: JsonObject): KeySetVersion | undefined | null {
  const { epoch, version } = value;
  if (epoch === undefined && version === undefined) return undefined;
  return isCount(epoch) && isCount(version) ? { epoch, version } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function refusal(reason: string): ReadKeySet {
  return { ok: false, reason };
}
