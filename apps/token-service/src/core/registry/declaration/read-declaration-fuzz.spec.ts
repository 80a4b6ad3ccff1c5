import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration, DeclarationOutcome } from '../../model/declaration.ts';
import type { DeclarationSupport } from './declaration-support.ts';
import { readDeclaration } from './read-declaration.ts';

const SUPPORT: DeclarationSupport = {
  credentialKinds: ['client_secret', 'private_key_jwt', 'tls_client_auth', 'workload_identity'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
};

const YAML = `# who may call whom
apiVersion: mintmark/v1
trustedIssuers:
  - issuer: https://kubernetes.default.svc
    profile: kubernetes
    jwksUri: https://kubernetes.default.svc/openid/v1/jwks
resources:
  - id: inventory
    uri: https://inventory.internal   # then this is aud
    operatedBy: inventory
    scopes: [stock:read, 'stock:reserve']
    tokenLifetime: 5m
    signingAlgorithm: ES256
    senderConstraint: none
clients:
  - id: orders
    credentials:
      - kind: client_secret
      - kind: private_key_jwt
        jwksUri: "https://orders.internal/jwks.json"
      - { kind: tls_client_auth, sanDns: orders.internal }
  - id: inventory
    disabled: false
    credentials:
      - kind: workload_identity
        issuer: https://kubernetes.default.svc
        subject: system:serviceaccount:shop:inventory
        audience: https://tokens.internal
policies:
  - client: orders
    resource: inventory
    scopes:
      - stock:read
      - stock:reserve
`;
const JSON_TEXT = JSON.stringify({
  apiVersion: 'mintmark/v1',
  resources: [{ id: 'inventory', scopes: ['stock:read'] }],
  clients: [{ id: 'orders', credentials: [{ kind: 'client_secret' }] }],
  policies: [{ client: 'orders', resource: 'inventory', scopes: ['stock:read'] }],
});

/** What YAML, JSON, the schema and the language below them give a meaning to. */
const TROUBLE = [
  ...[
    '&a ',
    '*a',
    '!!map ',
    '!x ',
    '<<: ',
    '? ',
    '- ',
    ': ',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '|\n',
    '>-\n',
    '"',
    "'",
    '`',
    '@',
    '%',
    '#',
  ],
  ...[
    '---\n',
    '...\n',
    '\n',
    '\r',
    '\t',
    '  ',
    ' #',
    '\\',
    '\\u0000',
    '\u0000',
    '\u0002',
    '\u0018',
    '\u001f',
    '\uFEFF',
    '\u2028',
    '\uD800',
  ],
  ...['null', '~', 'true', 'yes', '.inf', '.nan', '0x1F', '1e999', '-0', '9'.repeat(30), '2026-01-01', 'a'.repeat(70)],
  ...[
    '__proto__: 1\n',
    'constructor: x\n',
    'toString',
    'id: x\n',
    'kind: ',
    'clients:\n',
    'mintmark-admin',
    'orders',
    'stock:read',
  ],
];

type Mutation = (text: string) => string;

const at = fc.double({ min: 0, max: 1, noNaN: true });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.constantFrom(...TROUBLE)).map(([where, what]) => splice(where, 0, () => what)),
  fc.tuple(at, fc.constantFrom(...TROUBLE), fc.nat(12)).map(([where, what, over]) => splice(where, over, () => what)),
  fc.tuple(at, fc.nat(80)).map(([where, length]) => splice(where, length, () => '')),
  fc.tuple(at, fc.nat(200)).map(([where, length]) => splice(where, length, (cut) => cut + cut)),
  fc
    .tuple(at, fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([where, what]) => splice(where, what.length, () => what)),
  fc.tuple(at, at).map(([from, to]) => moveLine(from, to)),
  fc.tuple(at, fc.integer({ min: -4, max: 4 })).map(([where, by]) => indentLine(where, by)),
);

function splice(where: number, over: number, replace: (cut: string) => string): Mutation {
  return (text) => {
    const start = Math.floor(where * text.length);
    return text.slice(0, start) + replace(text.slice(start, start + over)) + text.slice(start + over);
  };
}

function moveLine(from: number, to: number): Mutation {
  return (text) => {
    const lines = text.split('\n');
    const [line = ''] = lines.splice(Math.floor(from * lines.length), 1);
    return lines.toSpliced(Math.floor(to * lines.length), 0, line).join('\n');
  };
}

function indentLine(where: number, by: number): Mutation {
  return (text) => {
    const lines = text.split('\n');
    const index = Math.floor(where * (lines.length - 1));
    const line = lines[index] ?? '';
    return lines.with(index, by < 0 ? line.slice(-by) : ' '.repeat(by) + line).join('\n');
  };
}

const mutated = fc
  .tuple(fc.constantFrom(YAML, JSON_TEXT), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([text, mutations]) => mutations.reduce((current, mutate) => mutate(current), text));

function read(bytes: Uint8Array): DeclarationOutcome {
  return readDeclaration({ name: 'f', bytes }, SUPPORT);
}

function expectSound(outcome: DeclarationOutcome, text: string): void {
  if (outcome.ok) return expectConsistent(outcome.declaration);
  expect(outcome.problems.length).toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const { line, column, problem, fix } of outcome.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(problem).not.toBe('');
    expect(fix).not.toBe('');
  }
}

function expectConsistent({ resources, clients, policies }: Declaration): void {
  const scopesOf = new Map(resources.map(({ id, scopes }) => [id, scopes]));
  const clientIds = new Set(clients.map(({ id }) => id));
  expect(scopesOf.size).toBe(resources.length);
  expect(clientIds.size).toBe(clients.length);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
  for (const { client, resource, scopes } of policies) {
    expect(clientIds).toContain(client);
    expect(scopesOf.get(resource)).toEqual(expect.arrayContaining([...scopes]));
    expect(scopes.length).toBeGreaterThan(0);
  }
  for (const { tokenLifetimeSeconds } of resources) {
    expect(tokenLifetimeSeconds).toBeGreaterThanOrEqual(1);
    expect(tokenLifetimeSeconds).toBeLessThanOrEqual(900);
  }
}

/** More of them by hand: `FUZZ_RUNS=100000`. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 500);

describe('readDeclaration under mutation', () => {
  it('starts from files that are sound', () => {
    expect(read(Buffer.from(YAML))).toMatchObject({ ok: true });
    expect(read(Buffer.from(JSON_TEXT))).toMatchObject({ ok: true });
  });

  it('never throws; gives a consistent declaration, or problems that have a place in the file', () => {
    fc.assert(
      fc.property(mutated, (text) => expectSound(read(Buffer.from(text)), text)),
      { numRuns },
    );
  });

  it('never throws over bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(read(bytes).ok).toBe(false);
      }),
      { numRuns: numRuns / 2 },
    );
  });

  it('reads a file without regard to the order of its entries and fields', () => {
    const declared = (text: string) => {
      const outcome = read(Buffer.from(text));
      return outcome.ok && outcome.declaration;
    };
    const fields = Object.entries(JSON.parse(JSON_TEXT) as Record<string, unknown>);
    fc.assert(
      fc.property(fc.shuffledSubarray(fields, { minLength: fields.length }), (shuffled) => {
        expect(declared(JSON.stringify(Object.fromEntries(shuffled)))).toEqual(declared(JSON_TEXT));
      }),
      { numRuns: 24 },
    );
  });
});
