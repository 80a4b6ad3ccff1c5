import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { adminToken, startAdminService, type AdminService } from './admin-service.ts';
import { SERVICES } from './call-both.ts';

const declarationWith = (id: string, scopes: string) => `
apiVersion: mintmark/v1
clients:
  - { id: ${id}, credentials: [{ kind: client_secret }] }
policies:
  - { client: ${id}, resource: mintmark-admin, scopes: [${scopes}] }
`;
const ALL = 'registry:read, registry:write, registry:admin';

let service: AdminService;
/** Called when a token is let in. */
let onLetIn: () => void = () => undefined;

beforeAll(async () => {
  service = await startAdminService();
  const { adminTokens } = service.core.administration;
  const find = adminTokens.find.bind(adminTokens);
  adminTokens.find = (jti) => find(jti).finally(() => setImmediate(onLetIn));
}, 60_000);
afterAll(() => service?.stop());

const post = (path: string, body: object = {}) => service.call('POST', `/admin/v1${path}`, { body });
const apply = async (id: string, scopes: string) => {
  const base_version = service.core.registry.snapshot().version;
  const { status, text: answer } = await post('/registry/apply', {
    declaration: declarationWith(id, scopes),
    base_version,
  });
  if (status !== 200) throw new Error(answer);
};

/** A call whose token is looked at now, and whose message comes when it is finished: resolves to its outcome. */
type Hold = (token: string, id: string) => { readonly finish: () => Promise<string> };

const overGrpc: Hold = (token, id) => {
  const client = new SERVICES.clients(service.adminGrpc, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = SERVICES.clients.service.CreateClient;
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const answered = Promise.withResolvers<string>();
  const stream = client.makeClientStreamRequest<object, object>(
    ...([path, requestSerialize, responseDeserialize] as unknown as [string, () => Buffer, () => object]),
    metadata,
    (error: ServiceError | null) =>
      answered.resolve(error ? (detailsOf(error.metadata)?.reason ?? error.message) : 'OK'),
  );
  return {
    finish: async () => {
      stream.write({ id, credentials: [], plan: false });
      stream.end();
      return answered.promise.finally(() => client.close());
    },
  };
};

const overHttp: Hold = (token, id) => {
  const body = JSON.stringify({ id });
  const { hostname, port } = new URL(service.admin);
  const json = { 'content-type': 'application/json', 'content-length': String(body.length) };
  const headers = { ...json, authorization: `Bearer ${token}`, connection: 'close' };
  const answered = Promise.withResolvers<string>();
  const sent = request({ hostname, port, path: '/admin/v1/clients', method: 'POST', headers });
  sent.on('error', answered.reject);
  sent.on('response', (response) => {
    const codeOf = (answer: string) => (JSON.parse(answer) as { code?: string }).code ?? 'OK';
    text(response).then(codeOf).then(answered.resolve, answered.reject);
  });
  sent.flushHeaders();
  return {
    finish: () => {
      sent.end(body);
      return answered.promise;
    },
  };
};

describe.each([
  ['gRPC', 'second', overGrpc],
  ['HTTP', 'third', overHttp],
] as const)('a call over %s that is held open', (_transport, operator, hold) => {
  let secret: string;
  beforeAll(async () => {
    await apply(operator, ALL);
    secret = (await post(`/clients/${operator}/secrets`)).body['secret'] ?? '';
  });

  const holdOne = async (id: string) => {
    const token = await adminToken(service.http, { id: operator, secret });
    const letIn = new Promise<void>((resolve) => (onLetIn = resolve));
    const call = hold(token, id);
    await letIn;
    onLetIn = () => undefined;
    return call;
  };
  const exists = async (id: string) => (await service.call('GET', `/admin/v1/clients/${id}`)).status === 200;

  it('is carried out as long as its operator may', async () => {
    const { finish } = await holdOne(`of-${operator}`);
    expect([await finish(), await exists(`of-${operator}`)]).toEqual(['OK', true]);
  });

  it.each([
    ['has lost the scope', 'SCOPE_INSUFFICIENT', () => apply(operator, 'registry:read'), () => apply(operator, ALL)],
    ['is disabled', 'TOKEN_INVALID', () => post(`/clients/${operator}/disable`), () => Promise.resolve()],
  ])('does not outlive its operator, who %s', async (_, code, happens, restore) => {
    const { finish } = await holdOne('planted');
    await happens();
    const outcome = await finish();
    await restore();
    expect([outcome, await exists('planted')]).toEqual([code, false]);
  });
});
