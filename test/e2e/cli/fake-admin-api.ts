import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in, but for the tokens that were asked for. */
export interface AdminRequest {
  readonly line: string;
  readonly body: Record<string, unknown>;
}

export type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** Issuer, admin and management listener in one, with canned answers in the form of the admin API. */
export interface FakeAdminApi {
  readonly origin: string;
  readonly requests: AdminRequest[];
  /** Answers by request line without its query, such as `GET /admin/v1/keys`; each may be replaced. */
  readonly answers: Record<string, Answer | ((request: AdminRequest) => Answer)>;
  tokenAnswer: Answer;
  /** Added to the Date header, in milliseconds. */
  clockOffset: number;
  lines(): string[];
  close(): Promise<void>;
}

export const AT = '2026-11-23T10:00:00.000Z';
export const SECRET = 'mm_canary-secret';

export const ORDERS = {
  id: 'orders',
  disabled: false,
  credentials: [{ kind: 'client_secret' }],
  secrets: [{ id: 's1', created_at: AT, expires_at: null, last_used_at: AT }],
};

const POLICY = { id: 'orders/inventory', client: 'orders', resource: 'inventory', scopes: ['stock:read'] };
const CHANGES = [
  { kind: 'client', action: 'create', id: 'billing', fields: [{ name: 'disabled', before: null, after: 'false' }] },
  { kind: 'policy', action: 'remove', id: 'orders/inventory', fields: [] },
];
const NEW_SECRET = { client_id: 'orders', secret_id: 's2', secret: SECRET, created_at: AT, expires_at: null };
const NEXT = { transition: 'activate', not_before: '2036-01-01T00:00:00.000Z', waits_for: 'rotation-period' };
const KEY = {
  algorithm: 'ES256',
  created_at: AT,
  published_at: AT,
  activated_at: AT,
  sign_not_after: '2036-01-01T00:00:00.000Z',
  verify_until: '2036-01-01T00:00:00.000Z',
  latest_expiry: '2036-01-01T00:00:00.000Z',
  tokens_until: AT,
  token_holders: 3,
  held_by: 39,
};
const KEYS = [
  { ...KEY, kid: 'kid-active-000000', state: 'active', next: { ...NEXT, transition: 'deactivate' } },
  { ...KEY, kid: 'kid-standby-00000', state: 'published', next: NEXT },
];
export const ROTATION = {
  ring: 'public',
  algorithm: 'ES256',
  active_kid: 'kid-standby-00000',
  ...{ retired_kid: 'kid-active-000000', retired_tokens_until: AT as string | null, refusal: null as object | null },
  version: 9,
  timeline: [{ at: AT, transition: 'activate', kid: 'kid-standby-00000', why: 'it signs from now on' }],
};

const COMPROMISE = {
  ...{ scope: 'key', custody: [] as string[], witnessed: true },
  rings: [
    {
      ...{ ring: 'public', epoch: 1, version: 9 },
      compromised: [{ kid: 'kid-active-000000', algorithm: 'ES256', state: 'active', latest_expiry: AT }],
      successions: [{ algorithm: 'ES256', by: 'standby', kid: 'kid-standby-00000', signs_from: AT, overrides: false }],
    },
  ],
  bounds: { stream_seconds: 2, polling_seconds: 70, cut_off_seconds: 300, foreign_seconds: 3_000 },
};
export const HOLDINGS = { ring: 'public', epoch: 1, version: 9, verifiers: 40, holding: 40, missing: [] as string[] };
export const LAGGARD = { client: 'stock', resource: 'inventory', instance: 'pod-3', kid: 'kid-standby-00000' };
const VERIFIERS = { watching: 40, foreign: 'none', laggards: [LAGGARD], more_laggards: 7 };
const SIGHTINGS = [{ epoch: 1, version: 7, count: 12, last_seen: AT }];
const USERS = {
  ...{ ring: 'public', kid: 'kid-standby-00000', state: 'published', tokens_until: AT, foreign: 'none' },
  ...{ watching: 40, holding: 39, token_holders: 3, clients: [{ client: 'orders', until: AT }] },
  holders: [{ client: 'stock', resource: 'inventory', instance: 'pod-1', heard_at: AT }],
  others: [{ client: 'stock', resource: 'inventory', instance: 'pod-3', heard_at: AT }],
};

function defaults(): FakeAdminApi['answers'] {
  const planned = ({ body }: AdminRequest) => body['plan'] === true;
  const paths = ['clients', 'registry/plan', 'registry/apply', 'keys', 'revocations', 'audit'].map(
    (path) => `/admin/v1/${path}`,
  );
  return {
    'GET /admin/v1/openapi.json': [
      200,
      {
        openapi: '3.1.0',
        info: { title: 'Mintmark', version: '1' },
        paths: Object.fromEntries(paths.map((path) => [path, {}])),
      },
    ],
    'GET /admin/v1/clients': [200, { clients: [ORDERS], next_cursor: null }],
    'GET /admin/v1/clients/orders': [200, ORDERS],
    'POST /admin/v1/clients': ({ body }) => [201, { ...ORDERS, id: body['id'], secrets: [] }],
    'POST /admin/v1/clients/orders/disable': [200, { ...ORDERS, disabled: true }],
    'POST /admin/v1/clients/orders/enable': [200, ORDERS],
    'POST /admin/v1/clients/orders/secrets': (request) => {
      const others = request.body['expire_others_after_seconds'] === undefined ? null : '2026-11-24T10:00:00.000Z';
      const made = { ...NEW_SECRET, expires_others_at: others };
      return [201, planned(request) ? { ...made, secret: null, secret_id: null } : made];
    },
    'GET /admin/v1/resources': [
      200,
      {
        resources: [
          {
            ...{ id: 'inventory', audience: 'inventory', uri: null, operated_by: null, scopes: ['stock:read'] },
            ...{ token_lifetime_seconds: 300, signing_algorithm: 'ES256', sender_constraint: 'none', built_in: false },
          },
        ],
        next_cursor: null,
      },
    ],
    'GET /admin/v1/policies': [200, { policies: [POLICY], next_cursor: null }],
    'POST /admin/v1/registry/plan': [200, { base_version: 7, changes: CHANGES }],
    'POST /admin/v1/registry/apply': [200, { version: 8, changes: CHANGES }],
    'GET /admin/v1/registry/export': [200, 'apiVersion: mintmark/v1\nresources: []\n'],
    'GET /admin/v1/keys': [
      200,
      { rings: [{ ring: 'public', epoch: 1, version: 8, keys: KEYS, verifiers: VERIFIERS, sightings: SIGHTINGS }] },
    ],
    'GET /admin/v1/keys/kid-standby-00000/users': [200, USERS],
    'POST /admin/v1/keys/rotate': (request) => [200, { ...ROTATION, planned: planned(request) }],
    'GET /admin/v1/keys/plan': [
      200,
      { rings: [{ ring: 'public', version: 8, timeline: ROTATION.timeline, laggards: [LAGGARD], more_laggards: 7 }] },
    ],
    'POST /admin/v1/keys/prepare': (request) => [
      200,
      { ...ROTATION, retired_kid: null, retired_tokens_until: null, planned: planned(request) },
    ],
    ...Object.fromEntries(
      [`kid-standby-00000/activate`, 'kid-active-000000/deactivate', 'kid-standby-00000/destroy'].map((path) => [
        `POST /admin/v1/keys/${path}`,
        (request: AdminRequest): Answer => [200, { ...ROTATION, planned: planned(request) }],
      ]),
    ),
    'POST /admin/v1/keys/kid-active-000000/compromise': (request) => [
      200,
      { ...COMPROMISE, planned: planned(request) },
    ],
    'GET /admin/v1/keys/holdings': [200, { rings: [HOLDINGS] }],
    'GET /admin/v1/revocations': [
      200,
      {
        revocations: [
          {
            ...{ kind: 'client', id: 'orders', revoked_at: AT, until: AT, issued_before: null },
            ...{ by_client: null, sequence: 7 },
          },
        ],
        next_cursor: null,
      },
    ],
    'POST /admin/v1/revocations': (request) => [
      200,
      {
        ...{ kind: request.body['kind'], id: request.body['id'], planned: planned(request), until: AT },
        issued_before: request.body['action'] === 'admit' ? AT : null,
        bounds: { watching_seconds: 2, polling_seconds: 70, behind_cut_off_replica_seconds: 370 },
      },
    ],
    'GET /admin/v1/audit': [
      200,
      {
        events: [
          {
            seq: 41,
            prev: 'x',
            event: 'token.issued',
            time: AT,
            client: 'orders',
            resource: 'inventory',
            requestId: 'r',
          },
          {
            seq: 42,
            prev: 'y',
            event: 'operator.action',
            time: AT,
            actor: 'ann',
            action: 'client.disable',
            subject: 'orders',
          },
        ],
        last_seq: 42,
      },
    ],
    'POST /admin/v1/audit/verify': [
      200,
      { ok: true, lines: 42, last_seq: 42, anchored_seq: 40, anchored_at: AT, first_bad: null },
    ],
    'POST /host/v1/bootstrap': ({ body }) => [
      201,
      { ...NEW_SECRET, client_id: body['operator'] ?? 'operator', expires_others_at: null },
    ],
    'GET /readyz': [200, { status: 'ready' }],
    'GET /.well-known/jwks.json': [200, { keys: [{ kty: 'EC', kid: 'a', crv: 'P-256', x: 'x', y: 'y' }] }],
  };
}

/** @param socket path of a Unix socket to listen at instead of a loopback port */
export async function startFakeAdminApi(socket?: string): Promise<FakeAdminApi> {
  const server = createServer((request, response) => void serve(api, request, response));
  const api: FakeAdminApi = {
    origin: '',
    requests: [],
    answers: defaults(),
    tokenAnswer: [200, { access_token: 'header.claims.signature', token_type: 'Bearer', expires_in: 300 }],
    clockOffset: 0,
    lines: () => api.requests.map(({ line }) => line),
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  server.listen(socket ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  if (socket === undefined)
    Object.assign(api, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return api;
}

export function refusal(code: string, more: object = {}): object {
  return { error: 'invalid_request', error_description: `${code} in words.`, code, request_id: 'r-7', ...more };
}

async function serve(api: FakeAdminApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '' } = request;
  const [path = ''] = url.split('?');
  response.setHeader('date', new Date(Date.now() + api.clockOffset).toUTCString());
  if (path.startsWith('/.well-known/oauth')) {
    return send(response, [200, { issuer: api.origin, token_endpoint: `${api.origin}/oauth2/token` }]);
  }
  if (path === '/oauth2/token') return send(response, api.tokenAnswer);
  if (path.startsWith('/admin/') && request.headers.authorization !== 'Bearer header.claims.signature') {
    return send(response, [401, refusal('TOKEN_MISSING')]);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const received = { line: `${method} ${url}`, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  if (path.startsWith('/admin/') || path.startsWith('/host/')) api.requests.push(received);
  const answer = api.answers[`${method} ${path}`] ?? [404, refusal('NOT_FOUND')];
  return send(response, typeof answer === 'function' ? answer(received) : answer);
}

function send(response: ServerResponse, [status, body, headers = {}]: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
