import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@mintmark/contract';
import { createTestIssuer, newKey, type TestIssuer, type TestKey } from '@mintmark/testing';
import { withIntruder, type Misbehaviour } from './misbehaviours.ts';

const ELSEWHERE = '/elsewhere/jwks.json';

/** An issuer over real HTTP that signs, serves its key set and what it revoked, and misbehaves on command, in all at once. */
export class StandInIssuer {
  readonly url: string;
  readonly jwksUrl: string;
  readonly intruder = newKey('ES256');
  readonly #port: number;
  readonly #tokens: TestIssuer;
  #server: Server;
  #misbehaviour: Misbehaviour | undefined;
  #fetches = 0;
  #followed = 0;
  /** Of what must be known to verify; what nobody asks for ages nobody's knowledge. */
  readonly #servedAt = new Map<string, number>([[ROUTES.jwks, Date.now()]]);

  private constructor(server: Server, timeScale: number) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}`;
    this.jwksUrl = `${this.url}${ROUTES.jwks}`;
    this.#tokens = createTestIssuer({ issuer: this.url, timeScale, lifetimeSeconds: 900 });
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async start(timeScale: number): Promise<StandInIssuer> {
    return new StandInIssuer(await listen(0), timeScale);
  }

  /** Requests for the key set so far. */
  get fetches(): number {
    return this.#fetches;
  }

  /** How often a redirect was followed. */
  get followed(): number {
    return this.#followed;
  }

  /** Since when something was not served as it should be, in milliseconds since 1970-01-01 UTC. */
  get lastGoodAt(): number {
    return Math.min(...this.#servedAt.values());
  }

  /** The key that signs now. */
  get key(): TestKey {
    return this.#tokens.key;
  }

  token(key: TestKey = this.key): string {
    return this.#tokens.sign({ key });
  }

  /** Right in all but the key, which no key set this issuer is known for has ever held. */
  intruderToken(): string {
    return this.token(this.intruder);
  }

  claims(): object {
    return this.#tokens.claims();
  }

  /** Publishes a successor, which signs from now on. */
  rotate(): void {
    this.#tokens.rotate();
  }

  async misbehave(misbehaviour: Misbehaviour): Promise<void> {
    this.#misbehaviour = misbehaviour;
    if (!misbehaviour.answer) await close(this.#server);
  }

  async behave(): Promise<void> {
    const stopped = this.#misbehaviour && !this.#misbehaviour.answer;
    this.#misbehaviour = undefined;
    this.#server.closeAllConnections();
    if (!stopped) return;
    this.#server = await listen(this.#port);
    this.#server.on('request', (request, response) => this.#answer(request, response));
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const good = this.#tokens.jwks();
    if (url === ELSEWHERE) {
      this.#followed += 1;
      response.end(JSON.stringify(withIntruder(good, this.intruder)));
      return;
    }
    if (url === ROUTES.jwks) this.#fetches += 1;
    const { answer } = this.#misbehaviour ?? {};
    if (answer) return answer(response, { good, intruder: this.intruder, elsewhere: `${this.url}${ELSEWHERE}` });
    this.#serve(url, response);
  }

  #serve(url: string, response: ServerResponse): void {
    const served = this.#documents[url];
    if (!served) return void response.writeHead(404).end();
    if (url !== ROUTES.revocationKeys) this.#servedAt.set(url, Date.now());
    response.end(served());
  }

  readonly #documents: Readonly<Record<string, () => string>> = {
    [ROUTES.jwks]: () => JSON.stringify(this.#tokens.jwks()),
    [ROUTES.revocations]: () => this.#tokens.revocations(),
    [ROUTES.revocationKeys]: () => JSON.stringify(this.#tokens.revocationKeys()),
  };
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
