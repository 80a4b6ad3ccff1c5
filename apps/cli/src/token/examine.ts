import type { VerifierErrorCode } from '@mintmark/contract';
import type { Clock } from '@mintmark/verifier';
import { explainChecks, type CheckOutcome, type ExplainedCheck, type Known } from './checks.ts';
import { takeApart, type TokenParts } from './token-parts.ts';
import { verifyToken, type TokenVerdict } from './verify-token.ts';

export interface Examination {
  readonly header: TokenParts['header'];
  readonly claims: TokenParts['claims'];
  readonly checks: readonly ExplainedCheck[];
  /** `undecided` where there were no keys to decide with. */
  readonly verdict: 'accepted' | 'undecided' | 'refused';
  readonly code: VerifierErrorCode | undefined;
}

export type Given = Omit<Known, 'now'> & { readonly clock: Clock };

/** What the verifier says before it has looked at the signature. */
const BEFORE_SIGNATURE: ReadonlySet<VerifierErrorCode> = new Set([
  ...(['TOKEN_MISSING', 'TOKEN_TOO_LARGE', 'TOKEN_MALFORMED', 'HEADER_FORBIDDEN', 'TYP_MISMATCH'] as const),
  ...(['ALG_NOT_ALLOWED', 'KEY_UNKNOWN', 'KEYS_UNAVAILABLE'] as const),
]);

/** Explains every check of a token, and says what the verifier would. */
export async function examine(token: string, given: Given): Promise<Examination> {
  const parts = takeApart(token);
  const explained = explainChecks(parts, { ...given, now: given.clock.now() / 1000 });
  const verdict = await verifierVerdict(token, parts, given);
  const checks = withSignature(explained, signatureOutcome(explained, verdict));
  const { header, claims } = parts;
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  if (verdict?.ok) return { header, claims, checks, verdict: 'accepted', code: undefined };
  const code = verdict?.code ?? failed?.code;
  if (code === undefined) return { header, claims, checks, verdict: 'undecided', code };
  return { header, claims, checks: failed ? checks : [...checks, strictness(code)], verdict: 'refused', code };
}

/** Compared with what was given; where nothing was, with what the token says of itself: then that proves nothing. */
async function verifierVerdict(token: string, { claims }: TokenParts, given: Given): Promise<TokenVerdict | undefined> {
  const { issuer = textOf(claims?.['iss']), audience = textOf(claims?.['aud']), keys, clock, timeScale } = given;
  if (!keys) return undefined;
  const fallback = 'https://nobody.invalid';
  return verifyToken(token, { issuer: issuer ?? fallback, audience: audience ?? fallback, keys, clock, timeScale });
}

function signatureOutcome(explained: readonly ExplainedCheck[], verdict: TokenVerdict | undefined): CheckOutcome {
  if (!verdict) return { outcome: 'not checked', detail: 'no key set: give --jwks' };
  const keyFound = explained.some(({ name, outcome }) => name === 'key' && outcome === 'passed');
  if (!verdict.ok && verdict.code === 'SIGNATURE_INVALID') {
    return {
      outcome: 'failed',
      detail: 'not made by that key; allowed: the signature of the key over these very bytes',
    };
  }
  if (!keyFound || (!verdict.ok && BEFORE_SIGNATURE.has(verdict.code))) {
    return { outcome: 'not checked', detail: 'something before it is wrong' };
  }
  return { outcome: 'passed', detail: 'made by that key' };
}

function withSignature(explained: readonly ExplainedCheck[], outcome: CheckOutcome): ExplainedCheck[] {
  const behindKey = explained.findIndex(({ name }) => name === 'key') + 1;
  return explained.toSpliced(behindKey, 0, { name: 'signature', code: 'SIGNATURE_INVALID', ...outcome });
}

/** The verifier is stricter than what is explained above, and it is right. */
function strictness(code: VerifierErrorCode): ExplainedCheck {
  return {
    name: 'strict reading',
    code,
    outcome: 'failed',
    detail: `the verifier refuses it with ${code} (docs/errors.md)`,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
