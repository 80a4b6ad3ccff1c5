import { describe, expect, it } from '@jest/globals';
import type { PlacedDeclaration } from '../model/declaration.ts';
import { NO_CHANGES } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { readDeclaration } from './declaration/read-declaration.ts';
import { findClashes } from './find-clashes.ts';
import { planChanges } from './plan-changes.ts';

const SUPPORT = {
  credentialKinds: ['client_secret', 'workload_identity'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
} as const;

const issuer = (profile: string) =>
  `trustedIssuers: [{ issuer: "https://cluster", profile: ${profile}, jwksUri: "https://cluster/jwks" }]`;
const workload = (subject: string, more = '') =>
  `{ kind: workload_identity, issuer: "https://cluster", subject: "${subject}", audience: mintmark${more} }`;

const HELD = `apiVersion: mintmark/v1
${issuer('kubernetes')}
resources:
  - { id: inventory, uri: "https://inventory.internal", scopes: [read, write] }
clients:
  - id: orders
    credentials:
      - ${workload('system:serviceaccount:shop:orders', ', uid: 77f4')}
policies:
  - { client: orders, resource: inventory, scopes: [read] }
  - { client: orders, resource: inventory, scopes: [write] }
`;

function read(text: string): PlacedDeclaration {
  const outcome = readDeclaration({ name: 'f', bytes: Buffer.from(text) }, SUPPORT);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome;
}

function held(): StoredRegistry {
  const { declaration } = read(HELD);
  const clients = declaration.clients.map((client) => ({ ...client, disabled: false, secrets: [] }));
  return { ...declaration, version: 1, clients };
}

/** What a declaration, applied without prune, says wrongly beside what is held, and where. */
function clashesOf(text: string): readonly string[] {
  const { declaration, positions } = read(`apiVersion: mintmark/v1\n${text}`);
  return findClashes(held(), NO_CHANGES, declaration).map(({ path, problem }) => {
    const { line, column } = positions[path]!;
    return `${line}:${column} ${path}: ${problem}`;
  });
}

describe('a declaration beside what the registry holds', () => {
  it.each<[string, string, string]>([
    [
      'the URI of another resource, as a URL parser writes it',
      'resources:\n  - { id: stock, uri: "https://INVENTORY.internal/", scopes: [read] }',
      '3:23 resources[0].uri: resource "stock" has the URI of resource "inventory", which the registry holds already',
    ],
    [
      'the workload identity of another client',
      `${issuer('kubernetes')}
clients:
  - id: aaa
    credentials:
      - { kind: client_secret }
      - ${workload('system:serviceaccount:shop:orders')}`,
      '7:9 clients[0].credentials[1]: client "orders", which the registry holds already, has the same workload identity',
    ],
    [
      'a resource without a scope that a policy grants',
      'resources:\n  - { id: inventory, scopes: [read] }',
      '3:30 resources[0].scopes: policy "orders/inventory#2", which the registry holds, grants "write", which is not offered any more',
    ],
    [
      'a policy that says what another does',
      `${issuer('kubernetes')}
resources: [{ id: inventory, scopes: [read, write] }]
clients: [{ id: orders, credentials: [{ kind: client_secret }] }]
policies:
  - { client: orders, resource: inventory, scopes: [write] }`,
      '6:5 policies[0]: policy "orders/inventory#2", which the registry holds, says the same',
    ],
    [
      'another profile for the issuer of a UID',
      issuer('oidc'),
      '2:56 trustedIssuers[0].profile: client "orders", which the registry holds, has the UID of a Kubernetes service account',
    ],
  ])('may not have %s', (_, text, clash) => {
    expect(clashesOf(text)).toEqual([clash]);
  });

  it('may have what is free, and the same again', () => {
    expect(clashesOf(HELD.replace('apiVersion: mintmark/v1', ''))).toEqual([]);
    expect(clashesOf(`${issuer('kubernetes')}\nclients: [{ id: b, credentials: [${workload('other')}] }]`)).toEqual([]);
  });

  it('may have what it takes from others that it names, or that are removed', () => {
    const moved = `${issuer('kubernetes')}
clients:
  - { id: b, credentials: [${workload('system:serviceaccount:shop:orders')}] }`;
    expect(clashesOf(`${moved}\n  - { id: orders, credentials: [{ kind: client_secret }] }`)).toEqual([]);
    const { declaration } = read(`apiVersion: mintmark/v1\n${moved}`);
    expect(findClashes(held(), planChanges(held(), declaration), declaration)).toEqual([]);
  });
});
