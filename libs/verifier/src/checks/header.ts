import { ACCESS_TOKEN_TYP } from '@mintmark/contract';
import { requirement } from './check.ts';

const headerRequires = requirement('header', 5);

const MEMBERS = new Set(['alg', 'kid', 'typ']);

/** A SHA-256 in base64url: the last character carries four bits. */
const THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** No `jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64`, `zip` …: what is not understood is not carried along. */
export const headerMembers = headerRequires('header-members', 'HEADER_FORBIDDEN', ({ header }) =>
  Object.keys(header).every((name) => MEMBERS.has(name)),
);

/** RFC 8725 §3.11, RFC 9068 §4: an ID token, a logout token or an assertion is no access token. */
export const headerTyp = headerRequires(
  'header-typ',
  'TYP_MISMATCH',
  ({ header }) => header['typ'] === ACCESS_TOKEN_TYP,
);

/** RFC 8725 §3.1: the algorithms are ours to choose, not the token's. */
export const allowedAlgorithm = headerRequires(
  'allowed-algorithm',
  'ALG_NOT_ALLOWED',
  ({ header }, { algorithms }) => typeof header['alg'] === 'string' && algorithms.has(header['alg']),
);

/** A kid is a thumbprint, so a path, a query or a megabyte never reaches a key store, a log or the network. */
export const kidForm = headerRequires(
  'kid-form',
  'HEADER_FORBIDDEN',
  ({ header }) => typeof header['kid'] === 'string' && THUMBPRINT.test(header['kid']),
);
