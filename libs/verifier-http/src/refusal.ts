import {
  formatScope,
  mappingOf,
  publicCodeOf,
  publicMessageOf,
  SIGNING_ALGORITHMS,
  type PublicCode,
  type VerifierErrorCode,
} from '@mintmark/contract';

/** Why a request goes no further; `code` is the fine one and stays on this side. */
export interface Denial {
  readonly code: VerifierErrorCode;
  /** Real seconds; absent: one. */
  readonly retryAfterSeconds?: number;
  /** The scopes the operation asks for; told on 403 so that the client can ask for them. */
  readonly scopes?: readonly string[];
}

export interface RefusalBody {
  /** RFC 6750 §3.1 error, or `token_missing` where that section sends none. */
  readonly error: string;
  readonly code: PublicCode;
  readonly error_description: string;
  readonly request_id: string;
}

/** A finished HTTP answer: send the three parts as they are. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RefusalBody;
}

export interface RefusalContext {
  readonly requestId: string;
  /** `realm` of the challenge (RFC 9110 §11.5). */
  readonly realm: string;
  /** Whether DPoP is taken here too; then the challenge says so (RFC 9449 §7.1). */
  readonly dpop?: boolean;
}

/** @throws TypeError for a realm that a header cannot carry as it is: each refusal would fail. */
export function readRealm(realm = 'mintmark'): string {
  if (/^[ !#-[\]-~]+$/.test(realm)) return realm;
  throw new TypeError(`realm takes printable ASCII without " and \\, got ${JSON.stringify(realm)}`);
}

/** Turns a denial into status, headers and JSON body (RFC 6750 §3, RFC 9110 §10.2.3). */
export function refusalOf(denial: Denial, { requestId, realm, dpop = false }: RefusalContext): Refusal {
  const { http: status, oauth } = mappingOf(denial.code);
  const code = publicCodeOf(denial.code);
  const description = publicMessageOf(denial.code);
  const scopes = denial.code === 'SCOPE_INSUFFICIENT' ? denial.scopes : [];
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...(status === 503
        ? { 'retry-after': wholeSeconds(denial.retryAfterSeconds) }
        : { 'www-authenticate': challenge({ realm, error: oauth, description, scopes, dpop }) }),
    },
    body: { error: oauth ?? 'token_missing', code, error_description: description, request_id: requestId },
  };
}

interface Challenge {
  readonly realm: string;
  readonly error: string | null;
  readonly description: string;
  readonly scopes: readonly string[] | undefined;
  readonly dpop: boolean;
}

function challenge({ realm, error, description, scopes, dpop }: Challenge): string {
  const parts = [`realm="${realm}"`];
  if (error) parts.push(`error="${error}"`, `error_description="${description}"`);
  if (scopes?.length) parts.push(`scope="${formatScope(scopes)}"`);
  if (dpop) parts.push(`DPoP algs="${SIGNING_ALGORITHMS.join(' ')}"`);
  return `Bearer ${parts.join(', ')}`;
}

/** Retry-After knows whole seconds only; rounding down would invite a retry that is too early. */
function wholeSeconds(seconds = 1): string {
  return String(Math.max(1, Math.ceil(seconds)));
}
