import { schemeOf, type CredentialScheme } from './credential-scheme.ts';
import { CheckPlan } from './checks/check-plan.ts';
import { CHECKS } from './checks/registry.ts';
import { NO_POLICY } from './policy.ts';
import { refused, type Refused } from './verdict.ts';

/** Everything in a call that could be a credential. Pass all that was sent: choosing is the mistake this prevents. */
export interface CredentialSource {
  /** Every `Authorization` value (HTTP: `headersDistinct`, gRPC: `metadata.get`); most frameworks show only the first. */
  readonly authorization: readonly string[] | undefined;
  /** Tokens found where they do not belong: the `access_token` of a query or a form. Never used, only counted. */
  readonly elsewhere?: readonly string[];
}

export interface Credential {
  readonly ok: true;
  /** With `DPoP`, pass the call's proofs to `verify`; with `Bearer`, do not. */
  readonly scheme: CredentialScheme;
  readonly token: string;
}

const PLAN = new CheckPlan(CHECKS, NO_POLICY);

/** Finds the one access token of a call (RFC 6750 §2.1, RFC 9449 §7.1), or says why there is not exactly one. */
export function readCredential(source: CredentialSource): Credential | Refused {
  return readCredentialWith(PLAN, source);
}

export function readCredentialWith(plan: CheckPlan, source: CredentialSource): Credential | Refused {
  const { authorization = [], elsewhere = [] } = source;
  const values = [...authorization, ...elsewhere];
  const code = plan.refusal('credential', { values });
  if (code !== undefined) return refused(code);
  const [value] = authorization;
  return value === undefined ? refused('TOKEN_MISSING') : readValue(value);
}

function readValue(value: string): Credential | Refused {
  const scheme = schemeOf(value);
  if (!scheme) return refused('TOKEN_MISSING');
  const [, token = ''] = /^ *[^ ,]+ *([^ ,]*)/.exec(value) ?? [];
  return token === '' ? refused('TOKEN_MALFORMED') : { ok: true, scheme, token };
}
