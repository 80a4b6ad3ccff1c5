// Where a client has its public keys that declares a `jwksUri`.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AssertionKey } from './assertions.ts';

export class KeySetServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(keys: readonly AssertionKey[]): Promise<KeySetServer> {
    const set = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
    const server = createServer((_request, response) => response.end(set)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new KeySetServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }
}
