import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Respond = (request: Received, response: ServerResponse) => void;

/** Issuer and admin listener in one, that hands out tokens `token-1`, `token-2`, … */
export interface AdminDouble {
  readonly origin: string;
  readonly calls: Received[];
  tokensIssued: number;
  respond: Respond;
  close(): Promise<void>;
}

export async function adminDouble(listenAt?: string): Promise<AdminDouble> {
  const server = createServer((request, response) => void answer(request, response));
  const double: AdminDouble = {
    origin: '',
    calls: [],
    tokensIssued: 0,
    respond: (_, response) => json(response, 200, {}),
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    const issuer = double.origin;
    if (path.startsWith('/.well-known/')) return json(response, 200, { issuer, token_endpoint: `${issuer}/token` });
    if (path === '/token') {
      double.tokensIssued += 1;
      return json(response, 200, {
        access_token: `token-${double.tokensIssued}`,
        token_type: 'Bearer',
        expires_in: 300,
      });
    }
    const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    double.calls.push(received);
    double.respond(received, response);
  }
  server.listen(listenAt ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address() as AddressInfo | string;
  Object.assign(double, { origin: typeof address === 'string' ? address : `http://127.0.0.1:${address.port}` });
  return double;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function refusal(code: string, more: object = {}): object {
  return { error: 'invalid_request', error_description: `${code} in words.`, code, request_id: 'r-7', ...more };
}
