import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import {
  createServer as createPlainServer,
  request as plainRequest,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Metadata, Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { detailsOf, loadProto, type InventoryServiceHandlers } from '@mintmark/proto';
import { newCertificate } from '@mintmark/testing';
import type { Verifier } from '@mintmark/verifier';
import { callerOf, verifierInterceptor } from '@mintmark/verifier-grpc';
import { fastifyVerifier } from '@mintmark/verifier-http';
import { fastify } from 'fastify';
import { headerLinesOf, type Call } from '../../attacks/attack.ts';
import { REQUIRED_SCOPE, type Target } from '../../attacks/run-attacks.ts';
import type { Scene } from '../../attacks/scene.ts';

/** What a server answered: `OK`, status and public code, or what the transport said instead. */
export type Answered = string;

/** One server in clear, and one on which the connection can show a certificate. */
interface Served extends Target<Answered> {
  /** What a proof of possession for it has to name. */
  readonly called: Scene['called'];
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Wide, so that it is the verifier that refuses. */
const MAX_HEADER_BYTES = 4 << 20;
const DEADLINE_MILLISECONDS = 5_000;

const HOST = 'inventory.internal';
const SCOPES = { scopes: [REQUIRED_SCOPE] };

const serverCertificate = newCertificate();

/** Fastify servers behind the plugin, attacked over the wire. */
export async function httpTarget(verifier: Verifier): Promise<Served> {
  const apps = [await fastifyServer(verifier, false), await fastifyServer(verifier, true)] as const;
  const ports = apps.map(({ server }) => (server.address() as AddressInfo).port);
  const [plain = 0, tls = 0] = ports;
  return {
    name: 'HTTP',
    called: { method: 'GET', url: `https://${HOST}/stock` },
    ports,
    present: (call) => get(call.certificate ? tls : plain, call),
    close: async () => void (await Promise.all(apps.map((app) => app.close()))),
  };
}

async function fastifyServer(verifier: Verifier, tls: boolean) {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES };
  const security = { ...serverCertificate, requestCert: true, rejectUnauthorized: false };
  const app = fastify({
    serverFactory: (serve) =>
      (tls ? createTlsServer({ ...limits, ...security }, serve) : createPlainServer(limits, serve)) as Server,
  });
  await app.register(fastifyVerifier, { verifier, externalUrl: `https://${HOST}` });
  app.get('/stock', { config: { access: SCOPES } }, () => ({ ok: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

function get(port: number, call: Call): Promise<Answered> {
  const query = new URLSearchParams((call.query ?? []).map((token) => ['access_token', token] as [string, string]));
  const send = call.certificate ? tlsRequest : plainRequest;
  return new Promise((resolve) => {
    const sent = send(
      {
        ...{ host: '127.0.0.1', port, agent: false, rejectUnauthorized: false, ...call.certificate },
        path: `/stock${query.size > 0 ? `?${query.toString()}` : ''}`,
        // As a list of lines: an object could not hold one name twice.
        headers: ['host', HOST, ...headerLinesOf(call).flat()],
        signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
      },
      (response) => void read(response).then(resolve, (error: unknown) => resolve(unanswered(error))),
    );
    sent.on('error', (error) => resolve(unanswered(error)));
    sent.end();
  });
}

async function read(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (response.statusCode === 200) return 'OK';
  const text = Buffer.concat(chunks).toString();
  const code = text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : undefined;
  return `${response.statusCode} ${code ?? 'without a code'}`;
}

/** grpc-js servers behind the interceptor, attacked over the wire. */
export async function grpcTarget(verifier: Verifier, { certificates }: Scene): Promise<Served> {
  const { path } = loadProto('mintmark.sample.inventory.v1').InventoryService.service.ListStock;
  const clients = Object.values(certificates).map(({ cert }) => cert);
  const pair = { cert_chain: Buffer.from(serverCertificate.cert), private_key: Buffer.from(serverCertificate.key) };
  const security = [
    ServerCredentials.createInsecure(),
    ServerCredentials.createSsl(Buffer.from(clients.join('')), [pair], true),
  ];
  const servers = await Promise.all(security.map((each) => grpcServer(verifier, path, each)));
  const [plain = 0, tls = 0] = servers.map(({ port }) => port);
  return {
    name: 'gRPC',
    called: { method: 'POST', url: `https://${HOST}${path}` },
    ports: [plain, tls],
    present: (call) => post(call.certificate ? `https://127.0.0.1:${tls}` : `http://127.0.0.1:${plain}`, path, call),
    close: () => Promise.resolve(servers.forEach(({ server }) => server.forceShutdown())),
  };
}

async function grpcServer(verifier: Verifier, path: string, security: ServerCredentials) {
  const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
  const server = new GrpcServer({
    interceptors: [verifierInterceptor({ verifier, methods: { [path]: SCOPES }, authority: `${HOST}:443` })],
    'grpc.max_metadata_size': MAX_HEADER_BYTES,
  });
  const handlers: Pick<InventoryServiceHandlers, 'ListStock'> = {
    ListStock: (call, done) => done(null, { stock: [], caller: callerOf(call).clientId }),
  };
  server.addService(InventoryService.service, handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', security, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { server, port };
}

/** Lets a client of Node send what Node forbids, a header twice and one of any size; missing from its types. */
const LENIENT: object = { strictSingleValueFields: false, maxSendHeaderBlockLength: 2 * MAX_HEADER_BYTES };

/** No fields: what the length-prefixed message of ListStock's request comes to. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** A call of its own connection, by a client that sends what grpc-js would not. */
async function post(origin: string, path: string, call: Call): Promise<Answered> {
  const session = connect(origin, { ...LENIENT, rejectUnauthorized: false, ...call.certificate });
  try {
    return await answerTo(session, [
      ...[constants.HTTP2_HEADER_METHOD, 'POST', constants.HTTP2_HEADER_PATH, path],
      ...[constants.HTTP2_HEADER_SCHEME, 'http', constants.HTTP2_HEADER_AUTHORITY, HOST],
      ...['content-type', 'application/grpc', 'te', 'trailers'],
      ...headerLinesOf(call).flat(),
    ]);
  } catch (error) {
    return unanswered(error);
  } finally {
    session.destroy();
  }
}

function answerTo(session: ClientHttp2Session, headers: string[]): Promise<Answered> {
  return new Promise((resolve, reject) => {
    session
      .on('goaway', (code: number) => code !== constants.NGHTTP2_NO_ERROR && resolve(`HTTP/2 error ${code}`))
      .on('error', reject);
    const stream: ClientHttp2Stream = session.request(headers, {
      signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
    });
    const settle = (answer: Record<string, unknown>): void => {
      if (answer['grpc-status'] !== undefined) resolve(statusIn(answer));
    };
    stream
      .on('response', settle)
      .on('trailers', settle)
      .on('error', reject)
      .on('frameError', (_type: number, code: number) => reject(new Error(`never sent: ${code}`)))
      .resume();
    stream.end(EMPTY_MESSAGE);
  });
}

function statusIn(headers: Record<string, unknown>): Answered {
  const status = Number(headers['grpc-status']);
  const details = detailsOf(Metadata.fromHttp2Headers(headers as Parameters<typeof Metadata.fromHttp2Headers>[0]));
  return status === 0 ? 'OK' : `${status} ${details?.reason ?? 'without a reason'}`;
}

/** Of this side of the wire: no refusal at all. */
function unanswered(error: unknown): Answered {
  const { code, message } = error as NodeJS.ErrnoException;
  return `no answer (${code ?? message})`;
}
