import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@mintmark/contract';
import type { TestIssuer } from '@mintmark/testing';

export interface KeyServer {
  /** What it was asked for, in order. */
  readonly requests: readonly string[];
  readonly port: number;
  close(): Promise<void>;
}

/** What an issuer serves to verifiers, in text. */
export type Served = (path: string) => string | undefined;

export function servedBy(issuer: Pick<TestIssuer, 'jwks' | 'revocations' | 'revocationKeys'>): Served {
  const documents: Readonly<Record<string, () => string>> = {
    [ROUTES.jwks]: () => JSON.stringify(issuer.jwks()),
    [ROUTES.revocations]: () => issuer.revocations(),
    [ROUTES.revocationKeys]: () => JSON.stringify(issuer.revocationKeys()),
  };
  return (path) => documents[path]?.();
}

/** Serves what verifiers need where an issuer would, and nothing else. */
export async function serveKeys(served: Served, port = 0): Promise<KeyServer> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const found = served(request.url ?? '');
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json', connection: 'close' });
    response.end(found ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { requests, port: (server.address() as AddressInfo).port, close };
}
