import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Responder = (request: Received, response: ServerResponse) => void;

/** An HTTP server on a free loopback port that records what it got. */
export interface HttpDouble {
  readonly origin: string;
  readonly received: Received[];
  respond: Responder;
  /** Connections accepted so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function httpDouble(respond: Responder): Promise<HttpDouble> {
  const double = { received: [] as Received[], respond };
  let connections = 0;
  const server = createServer((message, response) => {
    void record(message).then((request) => {
      double.received.push(request);
      double.respond(request, response);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(double, { origin, close, connections: () => connections });
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function tokenBody(over: object = {}): object {
  return { access_token: 'aaa.bbb.ccc', token_type: 'Bearer', expires_in: 300, scope: 'stock:read', ...over };
}

async function record(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = message;
  return { method, path: url, headers, body: Buffer.concat(chunks).toString() };
}
