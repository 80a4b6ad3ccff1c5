import { parseScope } from '@mintmark/contract';
import { isJsonObject, type JsonValue } from '@mintmark/jws';
import type { Policy } from '../policy.ts';
import { requirement, type Check } from './check.ts';

const claimRequires = requirement('claims', 8);

/** 9999-12-31T23:59:59Z: past it a NumericDate is a mistake or an attack on somebody's date arithmetic. */
const LAST_NUMERIC_DATE = 253_402_300_799;

type ClaimCheck = Check<'claims'>;

/** Exact: no case folding, no trailing slash, no prefix (RFC 8725 §3.8). */
export const claimIssuer: ClaimCheck = {
  name: 'claim-iss',
  step: 8,
  stage: 'claims',
  refuse: ({ claims: { iss } }, policy) => mustEqual(iss, policy.issuer, 'ISS_MISMATCH'),
};

/** Exact, and one string: a list would be a token for several resources. */
export const claimAudience: ClaimCheck = {
  name: 'claim-aud',
  step: 8,
  stage: 'claims',
  refuse: ({ claims: { aud } }, policy) => mustEqual(aud, policy.audience, 'AUD_MISMATCH'),
};

export const claimSubject = requiredText('sub');
export const claimClientId = requiredText('client_id');
export const claimTokenId = requiredText('jti');

export const claimScope = claimRequires(
  'claim-scope',
  'CLAIM_INVALID',
  ({ claims: { scope } }) => typeof scope === 'string' && parseScope(scope) !== undefined,
);

export const claimIssuedAt = claimRequires('claim-iat', 'CLAIM_INVALID', ({ claims: { iat } }, policy) =>
  isNumericDate(iat, policy),
);

export const claimExpiry = claimRequires('claim-exp', 'CLAIM_INVALID', ({ claims: { exp } }, policy) =>
  isNumericDate(exp, policy),
);

export const claimNotBefore = claimRequires(
  'claim-nbf',
  'CLAIM_INVALID',
  ({ claims: { nbf } }, policy) => nbf === undefined || isNumericDate(nbf, policy),
);

/** A confirmation that is not understood binds the token to something nobody checks. */
export const claimConfirmation = claimRequires(
  'claim-cnf',
  'CLAIM_INVALID',
  ({ claims: { cnf } }) => cnf === undefined || isConfirmation(cnf),
);

/** RFC 8693 §4.1. */
export const claimActor = claimRequires(
  'claim-act',
  'CLAIM_INVALID',
  ({ claims: { act } }) => act === undefined || isJsonObject(act),
);

function requiredText(claim: 'sub' | 'client_id' | 'jti') {
  return claimRequires(
    `claim-${claim}`,
    'CLAIM_INVALID',
    ({ claims }) => typeof claims[claim] === 'string' && claims[claim] !== '',
  );
}

function mustEqual(claim: JsonValue | undefined, expected: string, mismatch: 'ISS_MISMATCH' | 'AUD_MISMATCH') {
  if (typeof claim !== 'string') return 'CLAIM_INVALID';
  return claim === expected ? undefined : mismatch;
}

/** RFC 7519 §2. Fractions only where time is scaled. */
function isNumericDate(value: JsonValue | undefined, { wholeSeconds }: Policy): boolean {
  if (typeof value !== 'number' || !(value >= 0 && value <= LAST_NUMERIC_DATE)) return false;
  return !wholeSeconds || Number.isInteger(value);
}

function isConfirmation(cnf: JsonValue): boolean {
  if (!isJsonObject(cnf)) return false;
  const [method, ...others] = Object.keys(cnf);
  return others.length === 0 && (method === 'jkt' || method === 'x5t#S256') && typeof cnf[method] === 'string';
}
