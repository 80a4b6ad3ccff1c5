import { schemeOf } from '../credential-scheme.ts';
import { requirement } from './check.ts';

const credentialRequires = requirement('credential', 1);

/** RFC 6750 §3.1: several credentials are a malformed request; taking one of them lets a proxy and us disagree on who calls. */
export const oneCredential = credentialRequires(
  'one-credential',
  'CREDENTIAL_AMBIGUOUS',
  ({ values }) => values.length <= 1,
);

/** A comma joins header values: `Bearer a, Bearer b` is two credentials in one line. In `Digest` and its kin it parts parameters. */
export const oneCredentialInValue = credentialRequires(
  'one-credential-in-value',
  'CREDENTIAL_AMBIGUOUS',
  ({ values }) => !values.some((value) => value.includes(',') && value.split(',').some(isForUs)),
);

/** What follows a token was sent for somebody to read: not us, and then it is not ours to guess who. */
export const nothingAfterToken = credentialRequires('nothing-after-token', 'TOKEN_MALFORMED', ({ values }) =>
  values.every((value) => !isForUs(value) || value.trim().split(/ +/).length <= 2),
);

function isForUs(value: string): boolean {
  return schemeOf(value) !== undefined;
}
