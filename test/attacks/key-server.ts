import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './attack.ts';

/** A server of key sets on loopback, that answers as it is told to and counts who asks. */
export class KeyServer {
  /** `undefined`: it takes the request and never answers. */
  answer: Answer | undefined = {};
  /** What is at `/good`, where redirects lead. */
  good: Answer = {};
  asked = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      const answer = request.url === '/good' ? this.good : this.answer;
      if (answer?.speak) answer.speak(request.socket);
      else if (answer) response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export async function withKeyServer<Result>(work: (server: KeyServer) => Promise<Result>): Promise<Result> {
  const server = await new KeyServer().open();
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
