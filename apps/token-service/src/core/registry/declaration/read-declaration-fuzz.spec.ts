import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration, DeclarationOutcome } from '../../model/declaration.ts';
import type { DeclarationSupport } from './declaration-support.ts';
import { FUZZ_RUNS, FUZZ_SEED, FUZZ_TIMEOUT } from '../../../../../../test/attacks/fuzz-settings.ts';
import { mutation } from '../../../../../../test/registry/mutated-text.ts';
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

describe('readDeclaration under mutation', () => {
  it('starts from files that are sound', () => {
    expect(read(Buffer.from(YAML))).toMatchObject({ ok: true });
    expect(read(Buffer.from(JSON_TEXT))).toMatchObject({ ok: true });
  });

  it(
    `never throws; gives a consistent declaration, or problems that have a place in the file (${FUZZ_RUNS}, seed ${FUZZ_SEED})`,
    () => {
      fc.assert(
        fc.property(mutated, (text) => expectSound(read(Buffer.from(text)), text)),
        { numRuns: FUZZ_RUNS, seed: FUZZ_SEED },
      );
    },
    FUZZ_TIMEOUT,
  );

  it(
    'never throws over bytes',
    () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          expect(read(bytes).ok).toBe(false);
        }),
        { numRuns: Math.ceil(FUZZ_RUNS / 2), seed: FUZZ_SEED },
      );
    },
    FUZZ_TIMEOUT,
  );

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
