import { isJsonObject, type CompactJws, type JsonObject, type JsonValue } from '@mintmark/jws';
import type { AssertionAlgorithm } from '../model/trusted-issuer.ts';
import type { RefusalReason } from './proof.ts';

/** What a kind of assertion may look like; everything that is not allowed is refused. */
export interface AssertionRules {
  /** Members of the header beside `alg`, `kid` and `typ`. */
  readonly header: readonly string[];
  /** `typ`, where it is given. */
  readonly types: readonly string[];
  readonly algorithms: readonly AssertionAlgorithm[];
  /** From `iat` to `exp`, or from now where there is no `iat`. */
  readonly maxLifetimeSeconds: number;
}

/** An assertion that keeps the rules; its signature is still to be verified. */
export interface Assertion {
  readonly jws: CompactJws;
  readonly algorithm: AssertionAlgorithm;
  readonly kid: string | undefined;
  readonly subject: string;
  readonly jti: string | undefined;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export type ReadAssertion =
  { readonly ok: true; readonly assertion: Assertion } | { readonly ok: false; readonly reason: RefusalReason };

/** How far the clocks of clients and issuers may be off, in seconds. Not scaled: strangers do not know of the scale. */
export const ASSERTION_CLOCK_ERROR_SECONDS = 10;

/** Checks what can be checked without a key. */
export function readAssertion(jws: CompactJws, rules: AssertionRules, now: Date): ReadAssertion {
  const { header, payload } = jws;
  const { kid } = header;
  const { sub, jti } = payload;
  const defect = headerDefect(header, rules);
  if (defect) return { ok: false, reason: defect };
  if (typeof sub !== 'string' || !isOptional(jti, isName)) return { ok: false, reason: 'claims-malformed' };
  const times = readTimes(payload, rules, now.getTime() / 1000);
  if (typeof times === 'string') return { ok: false, reason: times };
  const algorithm = header['alg'] as AssertionAlgorithm;
  return { ok: true, assertion: { jws, algorithm, kid: kid as string | undefined, subject: sub, jti: jti, ...times } };
}

function headerDefect(header: JsonObject, rules: AssertionRules): RefusalReason | undefined {
  const { alg, kid, typ } = header;
  const allowed = ['alg', 'kid', 'typ', ...rules.header];
  if (Object.keys(header).some((name) => !allowed.includes(name))) return 'header-forbidden';
  if (!isOptional(kid, isName)) return 'header-forbidden';
  if (typ !== undefined && !rules.types.some((type) => type === typ)) return 'type-wrong';
  return rules.algorithms.some((algorithm) => algorithm === alg) ? undefined : 'algorithm-forbidden';
}

function readTimes(
  { iat, nbf, exp }: JsonObject,
  { maxLifetimeSeconds }: AssertionRules,
  now: number,
): Pick<Assertion, 'issuedAt' | 'expiresAt'> | RefusalReason {
  if (!isInstant(exp) || !isOptional(iat, isInstant) || !isOptional(nbf, isInstant)) return 'claims-malformed';
  if (now >= exp + ASSERTION_CLOCK_ERROR_SECONDS) return 'expired';
  const latest = now + ASSERTION_CLOCK_ERROR_SECONDS;
  if ((iat ?? 0) > latest || (nbf ?? 0) > latest) return 'not-yet-valid';
  if (iat !== undefined && exp <= iat) return 'claims-malformed';
  if (exp - (iat ?? latest) > maxLifetimeSeconds) return 'lives-too-long';
  // Without `iat` it may be as old as its kind can be.
  const issuedAt = iat ?? exp - maxLifetimeSeconds;
  return { issuedAt: new Date(issuedAt * 1000), expiresAt: new Date(exp * 1000) };
}

/** Exactly that audience, as a text or as the only member of a list: with a second one, others could use the token here. */
export function isAudience(aud: JsonValue | undefined, expected: string): boolean {
  return aud === expected || (Array.isArray(aud) && aud.length === 1 && aud[0] === expected);
}

/** A claim that is an object; an empty one if it is anything else. */
export function objectAt(claims: JsonObject, name: string): JsonObject {
  const value = claims[name];
  return isJsonObject(value) ? value : {};
}

const LONGEST_NAME = 512;

function isName(value: JsonValue): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME;
}

/** Of this era: what is out of it is no mistake but an attempt. */
function isInstant(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value > 0 && value < 253_402_300_800;
}

function isOptional<Value extends JsonValue>(
  value: JsonValue | undefined,
  is: (value: JsonValue) => value is Value,
): value is Value | undefined {
  return value === undefined || is(value);
}
