import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { format } from 'prettier';
import { parse } from 'yaml';
import { declarationJsonSchema } from '../apps/token-service/src/core/registry/declaration/declaration-schema.ts';

const published = readFileSync(new URL('../docs/declaration.schema.json', import.meta.url), 'utf8');
// Strict: a keyword that means nothing is an error of the schema, not a comment.
const accepts = new Ajv({ strict: true, strictRequired: false }).compile(JSON.parse(published) as object);

const SAMPLES = ['scripts/sample-declaration.yaml', 'k8s/base/token-service/declaration.yaml'];

const CLIENT = { id: 'orders', credentials: [{ kind: 'client_secret' }] };
const RESOURCE = { id: 'inventory', scopes: ['stock:read'] };
const POLICY = { client: 'orders', resource: 'inventory', scopes: ['stock:read'] };
const VALID = { apiVersion: 'mintmark/v1', resources: [RESOURCE], clients: [CLIENT], policies: [POLICY] };

const withResource = (fields: object): object => ({ ...VALID, resources: [{ ...RESOURCE, ...fields }] });
const withCredential = (credential: object): object => ({
  ...VALID,
  clients: [{ ...CLIENT, credentials: [credential] }],
});

describe('docs/declaration.schema.json', () => {
  it('is what `npm run schema` writes', async () => {
    const written = await format(JSON.stringify(declarationJsonSchema()), { parser: 'json', printWidth: 120 });
    expect(published).toBe(written);
  });

  it.each(SAMPLES)('accepts %s', (name) => {
    const sample: unknown = parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
    expect([accepts(sample), accepts.errors]).toEqual([true, null]);
  });

  it.each<[string, object]>([
    ['no more than the version', { apiVersion: 'mintmark/v1' }],
    ['a lifetime of 15m', withResource({ tokenLifetime: '15m' })],
    ['a lifetime of 900s', withResource({ tokenLifetime: '900s' })],
    ['a URI', withResource({ uri: 'https://inventory.internal' })],
    ['one of the alternatives', withCredential({ kind: 'tls_client_auth', sanDns: 'orders.internal' })],
    ['a client that is stopped', { ...VALID, clients: [{ ...CLIENT, disabled: true }] }],
  ])('accepts %s', (_, declaration) => {
    expect([accepts(declaration), accepts.errors]).toEqual([true, null]);
  });

  it.each<[string, object]>([
    ['another version', { ...VALID, apiVersion: 'mintmark/v2' }],
    ['no version', { clients: [] }],
    ['an unknown field', { ...VALID, polices: [] }],
    ['an unknown field of an entry', withResource({ scope: 'stock:read' })],
    ['an id with capitals', withResource({ id: 'Inventory' })],
    ['a secret as an id', withResource({ id: 'mmcs_0123456789' })],
    ['no scopes', withResource({ scopes: [] })],
    ['a scope with a space', withResource({ scopes: ['stock read'] })],
    ['a lifetime of 16m', withResource({ tokenLifetime: '16m' })],
    ['a lifetime of 901s', withResource({ tokenLifetime: '901s' })],
    ['a lifetime of nothing', withResource({ tokenLifetime: '0s' })],
    ['an unknown algorithm', withResource({ signingAlgorithm: 'HS256' })],
    ['an unknown kind of credential', withCredential({ kind: 'password' })],
    ['a secret in the file', withCredential({ kind: 'client_secret', secret: 'x' })],
    ['none of the alternatives', withCredential({ kind: 'tls_client_auth' })],
    ['two alternatives', withCredential({ kind: 'tls_client_auth', sanDns: 'a.internal', sanIp: '10.0.0.7' })],
    ['a policy without scopes', { ...VALID, policies: [{ client: 'orders', resource: 'inventory' }] }],
  ])('refuses %s', (_, declaration) => {
    expect(accepts(declaration)).toBe(false);
  });
});
