import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@mintmark/contract';

export interface KeyServer {
  /** What it was asked for, in order. */
  readonly requests: readonly string[];
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a key set where an issuer would, and nothing else. */
export async function serveKeys(jwks: () => object, port = 0): Promise<KeyServer> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const found = request.url === ROUTES.jwks;
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', connection: 'close' });
    response.end(found ? JSON.stringify(jwks()) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { requests, port: (server.address() as AddressInfo).port, close };
}
