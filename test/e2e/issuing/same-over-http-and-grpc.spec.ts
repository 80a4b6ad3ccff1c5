import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  askOverGrpc,
  askOverHttp,
  basic,
  connectGrpc,
  type Ask,
  type Outcome,
  type TokenGrpcClient,
} from './ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from './test-token-service.ts';

type Expected =
  { readonly aud: string; readonly scope: string; readonly expiresIn: number } | { readonly code: string };
type Row = readonly [name: string, ask: (service: TestTokenService) => Ask, expected: Expected];

const as =
  (client: string, ask: Ask = {}) =>
  (service: TestTokenService): Ask => ({
    authorization: [basic(client, service.secretOf(client))],
    ...ask,
  });
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const inventory = { aud: 'inventory', expiresIn: 300 };
const billing = { aud: 'https://billing.internal', expiresIn: 90 };

const TABLE: readonly Row[] = [
  ['a resource by id', as('orders', { audience: 'inventory' }), { ...inventory, scope: 'stock:read stock:reserve' }],
  ['a resource by uri', as('orders', { resource: 'https://billing.internal' }), { ...billing, scope: 'invoices:read' }],
  ['a resource with a uri, by id', as('orders', { audience: 'billing' }), { ...billing, scope: 'invoices:read' }],
  [
    'a uri written with its slash',
    as('orders', { resource: 'https://billing.internal/' }),
    { ...billing, scope: 'invoices:read' },
  ],
  ['the only resource, unnamed', as('reports'), { ...inventory, scope: 'stock:read' }],
  [
    'one scope of two',
    as('orders', { audience: 'inventory', scopes: ['stock:read'] }),
    { ...inventory, scope: 'stock:read' },
  ],
  [
    'both scopes, in another order',
    as('orders', { audience: 'inventory', scopes: ['stock:reserve', 'stock:read'] }),
    { ...inventory, scope: 'stock:read stock:reserve' },
  ],
  [
    'the second of two live secrets',
    (s) => ({ authorization: [basic('reports', s.secretOf('reports', 1))] }),
    { ...inventory, scope: 'stock:read' },
  ],
  [
    'scheme in lower case',
    (s) => ({ authorization: [basic('reports', s.secretOf('reports')).replace('Basic', 'basic')] }),
    { ...inventory, scope: 'stock:read' },
  ],
  ['several resources, none named', as('orders'), { code: 'RESOURCE_UNSPECIFIED' }],
  ['an unknown resource', as('orders', { audience: 'nowhere' }), { code: 'RESOURCE_DENIED' }],
  ['a resource without a policy', as('orders', { audience: 'secrets' }), { code: 'RESOURCE_DENIED' }],
  ['a resource of another client', as('reports', { audience: 'billing' }), { code: 'RESOURCE_DENIED' }],
  ['an unknown uri', as('orders', { resource: 'https://nowhere.internal' }), { code: 'RESOURCE_DENIED' }],
  ['a uri as audience', as('orders', { audience: 'https://billing.internal' }), { code: 'PARAMETER_INVALID' }],
  ['an id as resource', as('orders', { resource: 'inventory' }), { code: 'RESOURCE_MALFORMED' }],
  ['a uri with a fragment', as('orders', { resource: 'https://billing.internal#x' }), { code: 'RESOURCE_MALFORMED' }],
  ['an audience that is no id', as('orders', { audience: 'IN VENTORY' }), { code: 'PARAMETER_INVALID' }],
  ['a client without any policy', as('idle'), { code: 'RESOURCE_DENIED' }],
  ['a client without any policy, resource named', as('idle', { audience: 'inventory' }), { code: 'RESOURCE_DENIED' }],
  [
    'a scope that policy does not grant',
    as('orders', { audience: 'inventory', scopes: ['stock:audit'] }),
    { code: 'SCOPE_DENIED' },
  ],
  [
    'a scope of another resource',
    as('orders', { audience: 'inventory', scopes: ['invoices:read'] }),
    { code: 'SCOPE_DENIED' },
  ],
  [
    'a scope that does not exist',
    as('orders', { audience: 'inventory', scopes: ['stock:burn'] }),
    { code: 'SCOPE_DENIED' },
  ],
  [
    'one scope granted and one not',
    as('orders', { audience: 'inventory', scopes: ['stock:read', 'stock:audit'] }),
    { code: 'SCOPE_DENIED' },
  ],
  [
    'a scope twice',
    as('orders', { audience: 'inventory', scopes: ['stock:read', 'stock:read'] }),
    { code: 'SCOPE_MALFORMED' },
  ],
  [
    'a scope with a quote',
    as('orders', { audience: 'inventory', scopes: ['stock:"read'] }),
    { code: 'SCOPE_MALFORMED' },
  ],
  ['a scope beyond ASCII', as('orders', { audience: 'inventory', scopes: ['stöck'] }), { code: 'SCOPE_MALFORMED' }],
  [
    'an empty scope among others',
    as('orders', { audience: 'inventory', scopes: ['stock:read', ''] }),
    { code: 'SCOPE_MALFORMED' },
  ],
  ['no evidence', () => ({ audience: 'inventory' }), { code: 'EVIDENCE_MISSING' }],
  ['an unknown client', () => ({ authorization: [basic('nobody', 'x')] }), { code: 'CLIENT_AUTHENTICATION_FAILED' }],
  ['a wrong secret', () => ({ authorization: [basic('orders', 'x')] }), { code: 'CLIENT_AUTHENTICATION_FAILED' }],
  [
    "another client's secret",
    (s) => ({ authorization: [basic('reports', s.secretOf('orders'))] }),
    { code: 'CLIENT_AUTHENTICATION_FAILED' },
  ],
  ['a disabled client', as('closed'), { code: 'CLIENT_AUTHENTICATION_FAILED' }],
  [
    'a client id in another case',
    (s) => ({ authorization: [basic('Orders', s.secretOf('orders'))] }),
    { code: 'CLIENT_AUTHENTICATION_FAILED' },
  ],
  [
    'a prototype as client',
    () => ({ authorization: [basic('__proto__', 'x')] }),
    { code: 'CLIENT_AUTHENTICATION_FAILED' },
  ],
  [
    'two credentials in one value',
    (s) => ({
      authorization: [`${basic('orders', s.secretOf('orders'))}, ${basic('reports', s.secretOf('reports'))}`],
    }),
    { code: 'EVIDENCE_AMBIGUOUS' },
  ],
  [
    'Basic and an assertion',
    as('orders', { assertion: { type: JWT_BEARER, value: 'x' } }),
    { code: 'EVIDENCE_AMBIGUOUS' },
  ],
  ['an assertion alone', () => ({ assertion: { type: JWT_BEARER, value: 'a.b.c' } }), { code: 'EVIDENCE_MALFORMED' }],
  ['an assertion type alone', () => ({ assertion: { type: JWT_BEARER } }), { code: 'EVIDENCE_MALFORMED' }],
  ['Bearer', () => ({ authorization: ['Bearer abc'] }), { code: 'EVIDENCE_MALFORMED' }],
  ['garbage', () => ({ authorization: ['%%%garbage%%%'] }), { code: 'EVIDENCE_MALFORMED' }],
  ['Basic over what is not base64', () => ({ authorization: ['Basic ~~~~'] }), { code: 'EVIDENCE_MALFORMED' }],
  [
    'Basic without a colon',
    () => ({ authorization: [`Basic ${Buffer.from('orders').toString('base64')}`] }),
    { code: 'EVIDENCE_MALFORMED' },
  ],
  ['Basic with an empty secret', () => ({ authorization: [basic('orders', '')] }), { code: 'EVIDENCE_MALFORMED' }],
  [
    'Basic with a broken percent-encoding',
    () => ({ authorization: [`Basic ${Buffer.from('orders:%').toString('base64')}`] }),
    { code: 'EVIDENCE_MALFORMED' },
  ],
];

describe('one request, two transports', () => {
  let service: TestTokenService;
  let grpc: TokenGrpcClient;

  beforeAll(async () => {
    service = await startTestTokenService();
    await service.addSecret('reports');
    grpc = connectGrpc(service.grpc);
  });
  afterAll(async () => {
    grpc?.close();
    await service?.stop();
  });

  it('covers at least thirty cases', () => {
    expect(TABLE.length).toBeGreaterThanOrEqual(30);
  });

  it.each(TABLE)('%s', async (_, askOf, expected) => {
    const ask = askOf(service);
    const overHttp = await askOverHttp(service.http, ask);
    const overGrpc = await askOverGrpc(grpc, ask);
    expect(comparable(overGrpc)).toEqual(comparable(overHttp));
    if ('code' in expected) {
      expect(overHttp).toEqual(expected);
      return;
    }
    const client = Buffer.from(ask.authorization?.[0]?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':')[0];
    expect(comparable(overHttp)).toEqual({
      claims: {
        iss: service.issuer,
        sub: client,
        client_id: client,
        aud: expected.aud,
        scope: expected.scope,
        lifetime: expected.expiresIn,
      },
      scope: expected.scope,
      expiresIn: expected.expiresIn,
      tokenType: 'Bearer',
    });
  });
});

/** Everything but what must differ between two tokens: their id and the moment they were made. */
function comparable(outcome: Outcome): unknown {
  if (!('claims' in outcome)) return outcome;
  const { iat, exp, jti, ...claims } = outcome.claims as Record<string, unknown> & { iat: number; exp: number };
  expect(jti).toMatch(/^[A-Za-z0-9_-]{22}$/);
  return { ...outcome, claims: { ...claims, lifetime: exp - iat } };
}
