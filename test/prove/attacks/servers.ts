import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { credentials, Metadata, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { detailsOf, loadProto, type InventoryServiceHandlers } from '@mintmark/proto';
import type { Verifier } from '@mintmark/verifier';
import { callerOf, verifierInterceptor } from '@mintmark/verifier-grpc';
import { fastifyVerifier } from '@mintmark/verifier-http';
import { fastify } from 'fastify';
import { authorizationOf, type Call } from '../../attacks/attack.ts';
import { REQUIRED_SCOPE, type Target } from '../../attacks/run-attacks.ts';

/** What a server answered: `OK`, or status and public code. */
export type Answered = string;

/** The token never came to the verifier: the transport's own limit on headers was in the way. */
export const BY_TRANSPORT = 'refused by the transport';

interface Served extends Target<Answered> {
  close(): Promise<void>;
}

/** Wide, so that it is the verifier that refuses. */
const MAX_HEADER_BYTES = 4 << 20;

const SCOPES = { scopes: [REQUIRED_SCOPE] };

/** A Fastify server behind the plugin, attacked over the wire. */
export async function httpTarget(verifier: Verifier): Promise<Served> {
  const app = fastify({ http: { maxHeaderSize: MAX_HEADER_BYTES } });
  await app.register(fastifyVerifier, { verifier });
  app.get('/stock', { config: { access: SCOPES } }, () => ({ ok: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { name: 'HTTP', present: (call) => get(port, call), close: () => app.close() };
}

function get(port: number, call: Call): Promise<Answered> {
  const query = new URLSearchParams((call.query ?? []).map((token) => ['access_token', token] as [string, string]));
  return new Promise((resolve) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: `/stock${query.size > 0 ? `?${query.toString()}` : ''}`,
        // As a list of lines: an object could not hold one name twice.
        headers: headerLines(call),
        agent: false,
      },
      (response) => void read(response).then(resolve, () => resolve(BY_TRANSPORT)),
    );
    sent.on('error', () => resolve(BY_TRANSPORT));
    sent.end();
  });
}

function headerLines(call: Call): string[] {
  const lines = authorizationOf(call).flatMap((value) => ['authorization', value]);
  return ['host', '127.0.0.1', ...Object.entries(call.headers ?? {}).flat(), ...lines];
}

async function read(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (response.statusCode === 200) return 'OK';
  if (response.statusCode === 431) return BY_TRANSPORT;
  const text = Buffer.concat(chunks).toString();
  const code = text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : undefined;
  return `${response.statusCode} ${code ?? ''}`.trim();
}

/** A grpc-js server behind the interceptor, attacked over the wire. */
export async function grpcTarget(verifier: Verifier): Promise<Served> {
  const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
  const methods = { [InventoryService.service.ListStock.path]: SCOPES };
  const server = new Server({
    interceptors: [verifierInterceptor({ verifier, methods })],
    'grpc.max_metadata_size': MAX_HEADER_BYTES,
  });
  const handlers: Pick<InventoryServiceHandlers, 'ListStock'> = {
    ListStock: (call, done) => done(null, { stock: [], caller: callerOf(call).clientId }),
  };
  server.addService(InventoryService.service, handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const options = { 'grpc.max_metadata_size': MAX_HEADER_BYTES };
  const client = new InventoryService(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const present = (call: Call) =>
    new Promise<Answered>((resolve) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(call.headers ?? {})) metadata.set(name, value);
      for (const value of authorizationOf(call)) metadata.add('authorization', value);
      client.listStock({}, metadata, { deadline: Date.now() + 5_000 }, (error) =>
        resolve(error ? describe(error) : 'OK'),
      );
    });
  const close = () => {
    client.close();
    return new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  };
  return { name: 'gRPC', present, close };
}

function describe(error: ServiceError): string {
  const reason = detailsOf(error.metadata)?.reason;
  return reason === undefined ? BY_TRANSPORT : `${error.code} ${reason}`;
}
