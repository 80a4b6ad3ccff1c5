import { request, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { startRunningService, type RunningService } from '../running-service.ts';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: Record<string, never>;
}

interface Options {
  readonly settings?: Readonly<Record<string, string>>;
  /** What no setting changes. */
  readonly pollSeconds?: number;
  /** Kept when the service stops, so that it can be started on it again. */
  readonly dataDir?: string;
  /** Not bootstrapped: there is no operator. */
  readonly bare?: boolean;
}

/** The service with an operator who may do everything. */
export interface AdminService extends RunningService {
  readonly operatorSecret: string;
  /** An admin token of the operator, with these scopes or all. */
  token(scope?: string): Promise<string>;
  call(method: 'GET' | 'POST', path: string, options?: { body?: unknown; token?: string }): Promise<Answer>;
  /** Over the Unix socket of the host. */
  host(path: string, body?: unknown): Promise<Answer>;
}

export async function startAdminService({ bare = false, ...options }: Options = {}): Promise<AdminService> {
  const service = await startRunningService(options);
  const { http, admin, dataDir } = service;
  const host = (path: string, body?: unknown) =>
    send({ socketPath: join(dataDir, 'admin.sock'), path, method: 'POST' }, body);
  const operatorSecret = bare ? '' : await bootstrap(host);
  const token = (scope?: string) => adminToken(http, { id: 'operator', secret: operatorSecret }, scope);
  return {
    ...service,
    operatorSecret,
    token,
    call: async (method, path, { body, token: bearer } = {}) => {
      const authorization = `Bearer ${bearer ?? (await token())}`;
      return sendTo(`${admin}${path}`, { method, headers: { authorization } }, body);
    },
    host,
  };
}

async function bootstrap(host: AdminService['host']): Promise<string> {
  const { status, text, body } = await host('/host/v1/bootstrap', { operator: 'operator' });
  if (status !== 201) throw new Error(text);
  return body['secret'] ?? '';
}

/** A token for the admin API, as any client gets one. */
export async function adminToken(
  http: string,
  { id, secret }: { id: string; secret: string },
  scope?: string,
): Promise<string> {
  const { status, body, text } = await askForToken(http, { id, secret }, { audience: 'mintmark-admin', scope });
  if (status !== 200) throw new Error(text);
  return body['access_token'] ?? '';
}

export function askForToken(
  http: string,
  { id, secret }: { id: string; secret: string },
  { audience, scope, withinSeconds = 60 }: { audience: string; scope?: string | undefined; withinSeconds?: number },
): Promise<Answer> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', audience });
  if (scope !== undefined) form.set('scope', scope);
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  const signal = AbortSignal.timeout(withinSeconds * 1000);
  return sendTo(`${http}/oauth2/token`, { method: 'POST', headers, signal }, form.toString());
}

type Sending = RequestOptions & { readonly headers?: Record<string, string> };

function sendTo(
  url: string,
  options: { method: string; headers: Record<string, string>; signal?: AbortSignal },
  body?: unknown,
): Promise<Answer> {
  const { hostname, port, pathname, search } = new URL(url);
  return send({ hostname, port, path: `${pathname}${search}`, ...options }, body);
}

function send(options: Sending, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const headers = {
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve(answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString())),
      );
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const isJson = String(headers['content-type']).includes('json');
  return { status, headers, text, body: (isJson ? JSON.parse(text) : {}) as Record<string, never> };
}
