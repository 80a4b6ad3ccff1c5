import { MAX_TOKEN_LIFETIME_SECONDS, SIGNING_ALGORITHMS } from '@mintmark/contract';
import { CREDENTIAL_KINDS } from '../../model/client.ts';
import { SENDER_CONSTRAINTS } from '../../model/resource.ts';
import { ASSERTION_ALGORITHMS, ISSUER_PROFILES, TOKEN_USES } from '../../model/trusted-issuer.ts';
import { parseDuration } from './duration.ts';

interface RuleText {
  /** Completes "… is not". */
  readonly noun: string;
  readonly allowed: string;
  readonly fix: string;
  /** Takes numbers and the like only when they are in quotes. */
  readonly isText?: true;
  /** A better sentence than "… is not …", where there is one. */
  readonly problem?: (value: unknown) => string | undefined;
}

/** How each kind of field is explained to whoever got it wrong. */
export const SHAPE_RULES = {
  apiVersion: {
    noun: 'a version of this file that is known here',
    allowed: 'mintmark/v1',
    fix: 'write `apiVersion: mintmark/v1`',
  },
  id: {
    noun: 'an id',
    allowed: '1 to 64 of a-z 0-9 . _ -, beginning and ending with a letter or digit',
    fix: 'choose an id such as `orders` or `shop.orders`',
    isText: true,
  },
  uri: {
    noun: 'the URI of a resource',
    allowed: 'an absolute URI of at most 200 characters, without fragment, user or password',
    fix: 'write a URI such as `https://inventory.internal`, or leave it out to use the id',
  },
  scope: {
    noun: 'a scope',
    allowed: '1 to 128 printable ASCII characters without space, " and \\ (RFC 6749 section 3.3)',
    fix: 'name it such as `stock:read`',
    isText: true,
  },
  scopes: {
    noun: 'a list of scopes',
    allowed: 'a list of at least one scope',
    fix: 'write a list such as `[stock:read]`',
  },
  lifetime: {
    noun: 'a duration',
    allowed: '1s to 15m: a whole number and s or m',
    fix: 'write a duration such as `5m` or `300s`',
    problem: lifetimeProblem,
  },
  signingAlgorithm: {
    noun: 'a signing algorithm',
    allowed: SIGNING_ALGORITHMS.join(', '),
    fix: 'write one of these, or leave it out for ES256',
  },
  senderConstraint: {
    noun: 'a sender constraint',
    allowed: SENDER_CONSTRAINTS.join(', '),
    fix: 'write one of these, or leave it out for none',
  },
  credentials: {
    noun: 'a list of credentials',
    allowed: 'a list of at least one credential',
    fix: 'write a list such as `[{ kind: client_secret }]`',
  },
  credentialKind: {
    noun: 'a kind of credential',
    allowed: CREDENTIAL_KINDS.join(', '),
    fix: 'write one of these, such as `kind: client_secret`',
  },
  disabled: { noun: 'true or false', allowed: 'true, false', fix: 'write `true` or `false`, without quotes' },
  jwks: {
    noun: 'a list of public keys',
    allowed: 'a list of at least one JWK',
    fix: 'write `keys: [ … ]` with the public keys',
  },
  jwk: {
    noun: 'a public key as a JWK',
    allowed: 'a public JWK: EC (P-256, P-384, P-521), OKP (Ed25519) or RSA (2048 to 8192 bits)',
    fix: 'export the public key as a JWK (RFC 7517) and register that',
  },
  jwksUri: {
    noun: 'the URL of a key set',
    allowed: 'an https URL without fragment, user or password; http only for loopback',
    fix: 'write a URL such as `https://orders.internal/jwks.json`',
  },
  issuer: {
    noun: 'an issuer',
    allowed:
      'an https URL without query, fragment, user or password (http only for loopback), or spiffe://<trust domain>',
    fix: 'write it exactly as the `iss` of its tokens has it, or the trust domain',
  },
  profile: {
    noun: 'a profile of workload tokens',
    allowed: ISSUER_PROFILES.join(', '),
    fix: 'write one of these; `oidc` for any OpenID Connect issuer',
  },
  assertionAlgorithm: {
    noun: 'an algorithm of assertions',
    allowed: ASSERTION_ALGORITHMS.join(', '),
    fix: 'write one of these',
  },
  assertionAlgorithms: {
    noun: 'a list of algorithms',
    allowed: `a list of at least one of ${ASSERTION_ALGORITHMS.join(', ')}`,
    fix: 'write a list such as `[RS256]`, or leave it out',
  },
  tokenUse: { noun: 'a use of tokens', allowed: TOKEN_USES.join(', '), fix: 'write one of these, or leave it out' },
  claims: {
    noun: 'a mapping of claims',
    allowed: 'a mapping from the names of claims to their values, which are texts',
    fix: 'write a mapping such as `{ environment: production }`',
  },
  plainText: {
    noun: 'a text for this field',
    allowed: '1 to 255 printable ASCII characters, no space at either end',
    fix: 'write it exactly as the token of the workload has it',
    isText: true,
  },
  subjectDn: {
    noun: 'a distinguished name',
    allowed: 'a subject in the form of RFC 4514, up to 512 characters',
    fix: 'write one such as `CN=orders,O=Example`',
  },
  sanDns: {
    noun: 'a DNS name',
    allowed: 'a full DNS name, no wildcard',
    fix: 'write one such as `orders.shop.internal`',
  },
  sanUri: {
    noun: 'a URI',
    allowed: 'an absolute URI without fragment, up to 255 characters',
    fix: 'write one such as `spiffe://example.org/orders`',
  },
  sanIp: {
    noun: 'an IP address',
    allowed: 'an IPv4 or IPv6 address',
    fix: 'write one such as `10.0.0.7` or `2001:db8::7`',
  },
  list: { noun: 'a list', allowed: 'a list', fix: 'write each entry behind a `- `, or `[]` for none' },
} as const satisfies Record<string, RuleText>;

export type ShapeRule = keyof typeof SHAPE_RULES;

export function ruleText(rule: string): RuleText {
  return SHAPE_RULES[rule as ShapeRule];
}

function lifetimeProblem(value: unknown): string | undefined {
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds === undefined) return undefined;
  return seconds > MAX_TOKEN_LIFETIME_SECONDS ? 'no token may live longer than 15m' : 'a token lives at least 1s';
}
