// One attempt to get a token, as a table states it, over HTTP and over gRPC, with no client library of ours between.
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ROUTES } from '@mintmark/contract';
import { detailsOf, loadProto, type IssueTokenResponse__Output } from '@mintmark/proto';
import type { Identity } from './certificates.ts';

/** Where a service is reached. */
export interface Listeners {
  readonly http: string;
  readonly grpc: string;
  readonly mtlsHttp: string;
  readonly mtlsGrpc: string;
  /** PEM: who vouches for the service. */
  readonly authority: string;
}

export interface Attempt {
  readonly listener?: 'plain' | 'mtls';
  readonly authorization?: readonly string[];
  readonly clientId?: string;
  /** In the body, so over HTTP alone. */
  readonly secret?: string;
  readonly assertion?: { readonly type?: string; readonly value?: string };
  readonly certificate?: Identity;
  /** Further headers, or metadata. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Answer {
  readonly token?: string;
  /** `OK`, or the code of the refusal. */
  readonly code: string;
  readonly status: number;
  readonly requestId?: string | undefined;
  readonly retryAfter?: boolean;
}

const AUDIENCE = 'inventory';
const DEADLINE = 10_000;

export async function attemptOverHttp(listeners: Listeners, attempt: Attempt): Promise<Answer> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', audience: AUDIENCE });
  const { assertion = {} } = attempt;
  const fields = {
    client_id: attempt.clientId,
    client_secret: attempt.secret,
    client_assertion_type: assertion.type,
    client_assertion: assertion.value,
  };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  const { response, body } = await post(listeners, attempt, form.toString());
  const answer = JSON.parse(body) as { access_token?: string; code?: string; request_id?: string };
  return {
    ...(answer.access_token !== undefined && { token: answer.access_token }),
    code: answer.code ?? 'OK',
    status: response.statusCode ?? 0,
    requestId: answer.request_id,
    retryAfter: response.headers['retry-after'] !== undefined,
  };
}

/** Node sends a header with a list of values once for each; its types have that for some names alone. */
function sentTwice(authorization: readonly string[]): Record<string, unknown> {
  return authorization.length > 0 ? { authorization: [...authorization] } : {};
}

function post(
  listeners: Listeners,
  attempt: Attempt,
  form: string,
): Promise<{ response: IncomingMessage; body: string }> {
  const { listener = 'plain', authorization = [], certificate, headers = {} } = attempt;
  const tls = listener === 'mtls';
  const options = {
    method: 'POST',
    agent: false as const,
    timeout: DEADLINE,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(form)),
      ...headers,
      ...sentTwice(authorization),
    } as OutgoingHttpHeaders,
    ...(tls && { ca: listeners.authority, cert: certificate?.certificate, key: certificate?.privateKey }),
  };
  const url = `${tls ? listeners.mtlsHttp : listeners.http}${ROUTES.token}`;
  return new Promise((resolve, reject) => {
    const sent = tls ? httpsRequest(url, options) : httpRequest(url, options);
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ response, body: Buffer.concat(chunks).toString() }));
    });
    sent.end(form);
  });
}

const { TokenService } = loadProto('mintmark.token.v1');

export async function attemptOverGrpc(listeners: Listeners, attempt: Attempt): Promise<Answer> {
  const { listener = 'plain', certificate, clientId = '', assertion = {}, headers = {} } = attempt;
  const metadata = new Metadata();
  for (const value of attempt.authorization ?? []) metadata.add('authorization', value);
  for (const [name, values] of Object.entries(headers)) for (const value of [values].flat()) metadata.add(name, value);
  const [key, chain] = certificate
    ? [certificate.privateKey, certificate.certificate].map((pem) => Buffer.from(pem))
    : [];
  const channel =
    listener === 'mtls'
      ? credentials.createSsl(Buffer.from(listeners.authority), key ?? null, chain ?? null)
      : credentials.createInsecure();
  const stub = new TokenService(listener === 'mtls' ? listeners.mtlsGrpc : listeners.grpc, channel);
  const message = {
    audience: AUDIENCE,
    clientId,
    clientAssertionType: assertion.type ?? '',
    clientAssertion: assertion.value ?? '',
  };
  try {
    const answer = await new Promise<IssueTokenResponse__Output | ServiceError>((resolve) =>
      stub.issueToken(message, metadata, { deadline: Date.now() + DEADLINE }, (error, issued) =>
        resolve(error ?? (issued as IssueTokenResponse__Output)),
      ),
    );
    if (!(answer instanceof Error)) return { token: answer.accessToken, code: 'OK', status: 0 };
    const details = detailsOf(answer.metadata);
    return {
      code: details?.reason ?? `gRPC ${answer.code} ${answer.details}`,
      status: answer.code,
      requestId: details?.metadata['request_id'],
      retryAfter: details?.retryAfterSeconds !== undefined,
    };
  } finally {
    stub.close();
  }
}
