import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { ROUTES } from '@mintmark/contract';
import { detailsOf, loadProto, type IssueTokenRequest, type IssueTokenResponse__Output } from '@mintmark/proto';
import { request } from 'node:http';

/** A request for a token as a table states it, whatever the transport. */
export interface Ask {
  /** Values of the Authorization header or metadata entry, in order. */
  readonly authorization?: readonly string[];
  readonly audience?: string;
  readonly resource?: string;
  readonly scopes?: readonly string[];
  readonly assertion?: { readonly type?: string; readonly value?: string };
}

/** What came of it: claims, or a code. */
export type Outcome =
  | {
      readonly claims: Record<string, unknown>;
      readonly scope: string;
      readonly expiresIn: number;
      readonly tokenType: string;
    }
  | { readonly code: string | undefined };

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

export async function askOverHttp(base: string, ask: Ask): Promise<Outcome> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (ask.audience !== undefined) form.set('audience', ask.audience);
  if (ask.resource !== undefined) form.set('resource', ask.resource);
  if (ask.scopes !== undefined) form.set('scope', ask.scopes.join(' '));
  if (ask.assertion?.type !== undefined) form.set('client_assertion_type', ask.assertion.type);
  if (ask.assertion?.value !== undefined) form.set('client_assertion', ask.assertion.value);
  const { body } = await post(`${base}${ROUTES.token}`, form.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...(ask.authorization?.length ? { authorization: [...ask.authorization] } : {}),
  });
  if (typeof body['access_token'] !== 'string') return { code: body['code'] as string };
  const { access_token: token, scope, expires_in: expiresIn, token_type: tokenType } = body as unknown as TokenBody;
  return { claims: claimsOf(token), scope, expiresIn, tokenType };
}

interface TokenBody {
  readonly access_token: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly token_type: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Record<string, unknown>;
}

/** Over node:http, because fetch joins headers that were sent twice. */
export function post(url: string, body: string, headers: NodeJS.Dict<string | string[]>): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const { TokenService } = loadProto('mintmark.token.v1');
export type TokenGrpcClient = InstanceType<typeof TokenService>;

export function connectGrpc(address: string): TokenGrpcClient {
  return new TokenService(address, credentials.createInsecure());
}

export async function askOverGrpc(client: TokenGrpcClient, ask: Ask): Promise<Outcome> {
  const message: IssueTokenRequest = {
    ...(ask.audience === undefined ? {} : { audience: ask.audience }),
    ...(ask.resource === undefined ? {} : { resource: ask.resource }),
    scope: [...(ask.scopes ?? [])],
    clientAssertionType: ask.assertion?.type ?? '',
    clientAssertion: ask.assertion?.value ?? '',
  };
  const metadata = new Metadata();
  for (const value of ask.authorization ?? []) metadata.add('authorization', value);
  const answer = await issue(client, message, metadata);
  if (answer instanceof Error) return { code: detailsOf(answer.metadata)?.reason };
  const { accessToken, scope, expiresIn, tokenType } = answer;
  return { claims: claimsOf(accessToken), scope: scope.join(' '), expiresIn, tokenType };
}

export function issue(
  client: TokenGrpcClient,
  message: IssueTokenRequest,
  metadata: Metadata,
): Promise<IssueTokenResponse__Output | ServiceError> {
  return new Promise((resolve) =>
    client.issueToken(message, metadata, { deadline: Date.now() + 5_000 }, (error, answer) =>
      resolve(error ?? (answer as IssueTokenResponse__Output)),
    ),
  );
}

export function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}
