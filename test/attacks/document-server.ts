import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestIssuer } from '@mintmark/testing';

/** A server of what is revoked on loopback, that answers as it is told to and counts who asks for the document. */
export class DocumentServer {
  /** `undefined`: status 503. */
  document: string | undefined;
  asked = 0;
  readonly #server: Server;
  #unanswered = 0;

  constructor(issuer: TestIssuer) {
    this.document = issuer.revocations();
    this.#server = createServer((request, response) => {
      const [path = ''] = request.url?.split('?') ?? [];
      if (path.endsWith('/jwks.json')) return response.end(JSON.stringify(issuer.revocationKeys()));
      this.asked += 1;
      return this.document === undefined ? response.writeHead(503).end() : response.end(this.document);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/revocations`;
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    subscribe('http.client.request.start', this.#onRequest);
    return this;
  }

  /**
   * Until this process has the answer to all it asked here. A fake clock has to stand still meanwhile: on a slow machine it
   * would run past the time a request is given.
   */
  async idle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#unanswered > 0);
  }

  readonly #onRequest = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') !== new URL(this.url).host) return;
    this.#unanswered += 1;
    request.once('close', () => (this.#unanswered -= 1));
  };

  async close(): Promise<void> {
    unsubscribe('http.client.request.start', this.#onRequest);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function openDocumentServer(issuer: TestIssuer): Promise<DocumentServer> {
  return new DocumentServer(issuer).open();
}
