import { MAX_TOKEN_LIFETIME_SECONDS, SIGNING_ALGORITHMS, isScopeToken } from '@mintmark/contract';
import { z } from 'zod';
import { ENTITY_ID_PATTERN } from '../../model/entity-id.ts';
import { SENDER_CONSTRAINTS } from '../../model/resource.ts';
import { ASSERTION_ALGORITHMS, ISSUER_PROFILES, TOKEN_USES } from '../../model/trusted-issuer.ts';
import { parseDuration } from './duration.ts';
import { assertionKeyDefect, jwkDefect } from './public-jwk.ts';
import { SHAPE_RULES, type ShapeRule } from './shape-rules.ts';
import {
  isAddress,
  isDistinguishedName,
  isDnsName,
  isHttpsUrl,
  isIssuerId,
  isPlainText,
  isResourceUri,
  isUri,
} from './text-forms.ts';
import type { Path } from './text-problem.ts';

/** A field whose problem is explained by the rule named: zod carries the name where it would carry a message. */
function text(rule: ShapeRule, isValid: (text: string) => boolean) {
  return z.string({ error: rule }).refine(isValid, { error: rule });
}

function oneOf<const Values extends readonly string[]>(rule: ShapeRule, values: Values) {
  return z.enum(values, { error: rule });
}

/** A mapping that takes these fields and no other; zod carries their names where it would carry a message. */
function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: Object.keys(shape).join(', ') });
}

function list<Item extends z.ZodType>(item: Item, rule: ShapeRule) {
  return z.array(item, { error: rule }).min(1, { error: rule });
}

const id = z.string({ error: 'id' }).regex(new RegExp(ENTITY_ID_PATTERN), { error: 'id' });
const scopes = list(
  text('scope', (scope) => isScopeToken(scope) && scope.length <= 128).meta({
    pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}$',
  }),
  'scopes',
);
const lifetime = text('lifetime', (value) => {
  const seconds = parseDuration(value);
  return seconds !== undefined && seconds >= 1 && seconds <= MAX_TOKEN_LIFETIME_SECONDS;
}).meta({ pattern: '^(?:(?:[1-9]|1[0-5])m|(?:[1-9][0-9]?|[1-8][0-9]{2}|900)s)$' });

const resource = fields({
  id: id.meta({ description: 'Name of the service that receives calls; is `aud` unless there is a uri.' }),
  uri: text('uri', isResourceUri).optional().meta({ description: 'Absolute URI (RFC 8707); then this is `aud`.' }),
  operatedBy: id.optional().meta({ description: 'The client that may watch, acknowledge and introspect for it.' }),
  scopes: scopes.meta({ description: 'All scopes that exist there.' }),
  tokenLifetime: lifetime.optional().meta({ description: 'From 1s to 15m; 5m when absent.' }),
  signingAlgorithm: oneOf('signingAlgorithm', SIGNING_ALGORITHMS)
    .optional()
    .meta({ description: 'ES256 when absent.' }),
  senderConstraint: oneOf('senderConstraint', SENDER_CONSTRAINTS).optional().meta({ description: 'none when absent.' }),
});

function jwk(defectOf: (jwk: Readonly<Record<string, unknown>>) => string | undefined) {
  return z.looseObject({ kty: z.string({ error: 'jwk' }) }, { error: 'jwk' }).check((context) => {
    const defect = defectOf(context.value);
    if (defect) context.issues.push({ code: 'custom', input: context.value, message: 'jwk', params: { defect } });
  });
}
const jwksUri = text('jwksUri', isHttpsUrl).optional();
const certifiedKeys = fields({ keys: list(jwk(jwkDefect), 'jwks') });
/** Keys that sign assertions, so there must be an algorithm for each. */
const signingKeys = {
  jwks: fields({
    keys: list(
      jwk((key) => jwkDefect(key) ?? assertionKeyDefect(key)),
      'jwks',
    ),
  }).optional(),
  jwksUri,
};
const certificateNames = {
  subjectDn: text('subjectDn', isDistinguishedName).optional(),
  sanDns: text('sanDns', isDnsName).optional(),
  sanUri: text('sanUri', isUri).optional(),
  sanIp: text('sanIp', isAddress).optional(),
};

const ONE_OF = 'one-of';

/** A mapping in which exactly one of some fields is given, beside the ones that always are. */
function withOneOf<Shape extends z.core.$ZodLooseShape>(shape: Shape, names: readonly string[]) {
  return fields(shape)
    .refine((value) => names.filter((name) => value[name as keyof typeof value] !== undefined).length === 1, {
      error: ONE_OF,
      params: { names },
    })
    .meta({ oneOf: names.map((name) => ({ required: [name] })) });
}

const credential = z.discriminatedUnion(
  'kind',
  [
    fields({ kind: z.literal('client_secret') }),
    withOneOf({ kind: z.literal('private_key_jwt'), ...signingKeys }, Object.keys(signingKeys)),
    withOneOf({ kind: z.literal('tls_client_auth'), ...certificateNames }, Object.keys(certificateNames)),
    fields({ kind: z.literal('self_signed_tls_client_auth'), jwks: certifiedKeys }),
    fields({
      kind: z.literal('workload_identity'),
      issuer: text('issuer', isIssuerId),
      subject: text('plainText', isPlainText),
      audience: text('plainText', isPlainText),
      uid: text('plainText', isPlainText).optional().meta({ description: 'UID of a Kubernetes service account.' }),
      claims: z
        .record(z.string(), text('plainText', isPlainText), { error: 'claims' })
        .optional()
        .meta({ description: 'Further claims that the token must have, with exactly these values.' }),
    }),
  ],
  { error: 'credentialKind' satisfies ShapeRule },
);

const trustedIssuer = withOneOf(
  {
    issuer: text('issuer', isIssuerId).meta({ description: '`iss` exactly; a trust domain with profile spiffe.' }),
    profile: oneOf('profile', ISSUER_PROFILES).meta({ description: 'What kind of tokens it makes.' }),
    ...signingKeys,
    algorithms: list(oneOf('assertionAlgorithm', ASSERTION_ALGORITHMS), 'assertionAlgorithms')
      .optional()
      .meta({ description: 'ES256 and RS256 when absent.' }),
    tokenUse: oneOf('tokenUse', TOKEN_USES).optional().meta({
      description: 'until-expiry with profile kubernetes and spiffe, else once, when absent.',
    }),
    disabled: z.boolean({ error: 'disabled' }).optional().meta({ description: 'true: none of its tokens is taken.' }),
  },
  Object.keys(signingKeys),
);

const client = fields({
  id: id.meta({ description: 'Name of the service that makes calls; is `sub` and `client_id`.' }),
  disabled: z
    .boolean({ error: 'disabled' })
    .optional()
    .meta({ description: 'true stops the client at once. When absent it stays as it is; a new client is enabled.' }),
  credentials: list(credential, 'credentials'),
});

const policy = fields({ client: id, resource: id, scopes });

export const declarationSchema = fields({
  apiVersion: z.literal('mintmark/v1', { error: 'apiVersion' }),
  trustedIssuers: z.array(trustedIssuer, { error: 'list' }).optional(),
  resources: z.array(resource, { error: 'list' }).optional(),
  clients: z.array(client, { error: 'list' }).optional(),
  policies: z.array(policy, { error: 'list' }).optional(),
});

export type WireDeclaration = z.output<typeof declarationSchema>;
export type WireIssuer = z.output<typeof trustedIssuer>;
export type WireResource = z.output<typeof resource>;
export type WireClient = z.output<typeof client>;
export type WirePolicy = z.output<typeof policy>;
export type WireCredential = z.output<typeof credential>;

/** What is wrong with one field, in the terms of this file rather than of the library that found it. */
export type ShapeIssue =
  | {
      readonly kind: 'unknown-fields';
      readonly path: Path;
      readonly names: readonly string[];
      readonly allowed: readonly string[];
    }
  | { readonly kind: 'not-a-mapping'; readonly path: Path; readonly allowed: readonly string[] }
  | { readonly kind: 'one-of'; readonly path: Path; readonly names: readonly string[] }
  | { readonly kind: 'rule'; readonly path: Path; readonly rule: ShapeRule; readonly detail?: string };

export function findShapeIssues(value: unknown): readonly ShapeIssue[] {
  const { success, error } = declarationSchema.safeParse(value);
  return success ? [] : error.issues.map(toShapeIssue);
}

function toShapeIssue(issue: z.core.$ZodIssue): ShapeIssue {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return { kind: 'unknown-fields', path, names: issue.keys, allowed: issue.message.split(', ') };
  }
  if (issue.message === ONE_OF)
    return { kind: 'one-of', path, names: paramOf<readonly string[]>(issue, 'names') ?? [] };
  if (issue.message in SHAPE_RULES) {
    const detail = paramOf<string>(issue, 'defect');
    return { kind: 'rule', path, rule: issue.message as ShapeRule, ...(detail === undefined ? {} : { detail }) };
  }
  return { kind: 'not-a-mapping', path, allowed: issue.message.split(', ') };
}

function paramOf<Value>(issue: z.core.$ZodIssue, name: string): Value | undefined {
  return issue.code === 'custom' ? (issue.params?.[name] as Value | undefined) : undefined;
}

/** The shape of a declaration file as a JSON Schema (draft 7), for editors. References between entries are not in it. */
export function declarationJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Mintmark declaration', ...z.toJSONSchema(declarationSchema, { target: 'draft-7', io: 'input' }) };
}
