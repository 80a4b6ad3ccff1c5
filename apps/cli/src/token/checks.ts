import {
  ACCESS_TOKEN_TYP,
  isSigningAlgorithm,
  MAX_TOKEN_LIFETIME_SECONDS,
  parseScope,
  type VerifierErrorCode,
} from '@mintmark/contract';
import type { KeySet } from './key-set.ts';
import type { TokenParts } from './token-parts.ts';

/** What is known beside the token; what is absent is not checked. */
export interface Known {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly keys?: KeySet | undefined;
  /** Seconds since 1970-01-01 UTC. */
  readonly now: number;
  readonly timeScale: number;
}

export interface CheckOutcome {
  readonly outcome: 'passed' | 'failed' | 'not checked';
  /** What was seen, and where it failed what is allowed. */
  readonly detail: string;
}

interface ExplainedOutcome extends CheckOutcome {
  /** Where it is not the check's own. */
  readonly code?: VerifierErrorCode;
}

export interface ExplainedCheck extends CheckOutcome {
  readonly name: string;
  /** What the verifier says if this fails. */
  readonly code: VerifierErrorCode;
}

interface Check {
  readonly name: string;
  readonly code: VerifierErrorCode;
  readonly explain: (token: TokenParts, known: Known) => ExplainedOutcome;
}

/** As the verifier has it (verifier defaults): how far two clocks may disagree. */
const LEEWAY_SECONDS = 20;
const LONGEST = 8192;
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/**
 * The checks of a token one by one, in the verifier's order, each by itself: for a person who asks what is wrong. They
 * explain; the verdict is the verifier's own.
 */
const CHECKS: readonly Check[] = [
  check('size', 'TOKEN_TOO_LARGE', ({ length }) =>
    verdict(length <= LONGEST, `${length} characters`, `at most ${LONGEST}`),
  ),
  check('shape', 'TOKEN_MALFORMED', ({ partCount, canonical }) =>
    verdict(partCount === 3 && canonical, `${partCount} parts`, 'three parts of canonical base64url'),
  ),
  check('json', 'TOKEN_MALFORMED', ({ header, claims }) =>
    verdict(header !== undefined && claims !== undefined, 'header and claims', 'two JSON objects'),
  ),
  check('header', 'HEADER_FORBIDDEN', ({ header = {} }) => {
    const names = Object.keys(header);
    const strange = names.filter((name) => !HEADER_MEMBERS.includes(name));
    return verdict(strange.length === 0, `members ${names.join(', ')}`, `only ${HEADER_MEMBERS.join(', ')}`);
  }),
  check('typ', 'TYP_MISMATCH', ({ header }) => same(header?.['typ'], ACCESS_TOKEN_TYP)),
  check('algorithm', 'ALG_NOT_ALLOWED', ({ header }) =>
    verdict(isSigningAlgorithm(header?.['alg']), shown(header?.['alg']), 'an asymmetric algorithm of the list'),
  ),
  check('kid', 'HEADER_FORBIDDEN', ({ header }) => {
    const kid = header?.['kid'];
    return verdict(typeof kid === 'string' && THUMBPRINT.test(kid), shown(kid), 'a thumbprint (RFC 7638)');
  }),
  check('key', 'KEY_UNKNOWN', ({ header }, { keys }) => {
    if (!keys) return notChecked('no key set: give --jwks');
    const known = keys.keys.some((key) => (key as { kid?: unknown }).kid === header?.['kid']);
    return verdict(
      known,
      known ? 'in the key set' : `not among the ${keys.keys.length} keys of the set`,
      'a key of the set',
    );
  }),
  check('issuer', 'ISS_MISMATCH', ({ claims }, { issuer }) => expected(claims?.['iss'], issuer, '--issuer')),
  check('audience', 'AUD_MISMATCH', ({ claims }, { audience }) => expected(claims?.['aud'], audience, '--audience')),
  check('identity', 'CLAIM_INVALID', ({ claims = {} }) => {
    const missing = ['sub', 'client_id', 'jti'].filter(
      (name) => typeof claims[name] !== 'string' || claims[name] === '',
    );
    return verdict(
      missing.length === 0,
      missing.length ? `no ${missing.join(', ')}` : shown(claims['client_id']),
      'sub, client_id and jti',
    );
  }),
  check('scope', 'CLAIM_INVALID', ({ claims }) => {
    const scope = claims?.['scope'];
    return verdict(
      typeof scope === 'string' && parseScope(scope) !== undefined,
      shown(scope),
      'scopes with single spaces',
    );
  }),
  check('times', 'CLAIM_INVALID', ({ claims = {} }, { timeScale }) => {
    const good = ['iat', 'exp'].every((name) => isNumericDate(claims[name], timeScale));
    return verdict(good, `iat ${shown(claims['iat'])}, exp ${shown(claims['exp'])}`, 'iat and exp in whole seconds');
  }),
  check('not expired', 'TOKEN_EXPIRED', ({ claims = {} }, { now, timeScale }) => {
    const { exp } = claims;
    if (typeof exp !== 'number') return notChecked('no exp');
    const left = exp - now;
    return verdict(
      left > -LEEWAY_SECONDS / timeScale,
      left > 0 ? `for ${words(left)} more` : `${words(-left)} ago`,
      'not past exp',
    );
  }),
  check('already valid', 'NOT_YET_VALID', ({ claims = {} }, { now, timeScale }) => {
    const start = Math.max(numberOr(claims['iat'], 0), numberOr(claims['nbf'], 0));
    const ahead = start - now;
    return verdict(
      ahead <= LEEWAY_SECONDS / timeScale,
      ahead > 0 ? `in ${words(ahead)}` : `since ${words(-ahead)}`,
      'not from the future',
    );
  }),
  check('lifetime', 'LIFETIME_EXCEEDED', ({ claims = {} }, { timeScale }) => {
    const { iat, exp } = claims;
    if (typeof iat !== 'number' || typeof exp !== 'number') return notChecked('no iat and exp');
    const longest = MAX_TOKEN_LIFETIME_SECONDS / timeScale;
    return verdict(exp - iat <= longest, words(exp - iat), `at most ${words(longest)}`);
  }),
  check('not revoked', 'TOKEN_REVOKED', () => notChecked('nobody was asked: see mintmark revoke list')),
];

export function explainChecks(token: TokenParts, known: Known): ExplainedCheck[] {
  return CHECKS.map(({ name, code, explain }) => ({ name, code, ...explain(token, known) }));
}

function check(name: string, code: VerifierErrorCode, explain: Check['explain']): Check {
  return { name, code, explain };
}

function verdict(holds: boolean, seen: string, allowed: string): CheckOutcome {
  return holds ? { outcome: 'passed', detail: seen } : { outcome: 'failed', detail: `${seen}; allowed: ${allowed}` };
}

function notChecked(detail: string): CheckOutcome {
  return { outcome: 'not checked', detail };
}

function same(actual: unknown, wanted: string): CheckOutcome {
  return verdict(actual === wanted, shown(actual), wanted);
}

/** The verifier tells one that is something else from one that is nothing. */
function expected(actual: unknown, wanted: string | undefined, option: string): ExplainedOutcome {
  if (typeof actual !== 'string') return { ...verdict(false, shown(actual), 'one string'), code: 'CLAIM_INVALID' };
  return wanted === undefined ? notChecked(`${actual}; nothing to compare with: give ${option}`) : same(actual, wanted);
}

function isNumericDate(value: unknown, timeScale: number): boolean {
  return typeof value === 'number' && value >= 0 && (timeScale > 1 || Number.isInteger(value));
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : (JSON.stringify(value) ?? 'absent').replace(/^"(.*)"$/, '$1').slice(0, 200);
}

function words(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
