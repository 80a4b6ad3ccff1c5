// Requesters that never stop asking, over HTTP and gRPC, each request a single attempt.
import { credentials, Metadata } from '@grpc/grpc-js';
import { ROUTES } from '@mintmark/contract';
import { loadProto } from '@mintmark/proto';
import { basic, claimsOf, issue, type TokenGrpcClient } from '../../e2e/issuing/ask-for-token.ts';
import type { Issuer } from './issuer.ts';

const { TokenService } = loadProto('mintmark.token.v1');

type Ask = () => Promise<string>;

export class Requesters {
  /** The `jti` of every token that came out of the service. */
  readonly received: string[] = [];
  /** Requests that failed while the service was meant to answer. */
  readonly failures: string[] = [];
  inFlight = 0;
  #stopping = false;
  readonly #loops: Promise<void>[];
  readonly #connections: TokenGrpcClient[];

  constructor(issuer: Issuer, each: number) {
    const { http, grpc } = issuer.addresses;
    const authorization = basic('orders', issuer.secretOf('orders'));
    this.#connections = Array.from({ length: each }, () => connect(grpc));
    const overHttp = Array.from({ length: each }, (): Ask => () => askOverHttp(http, authorization, 'inventory'));
    const overGrpc = this.#connections.map(
      (client): Ask =>
        () =>
          askOverGrpc(client, authorization),
    );
    this.#loops = [...overHttp, ...overGrpc].map((ask) => this.#run(ask));
  }

  /** From here on a request may fail: the service is about to go. */
  expectTheEnd(): void {
    this.#stopping = true;
  }

  /** Waits for what is still on its way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#loops);
    for (const connection of this.#connections) connection.close();
  }

  async #run(ask: Ask): Promise<void> {
    while (!this.#stopping) {
      this.inFlight += 1;
      const tokenId = await ask().catch((error: unknown) => this.#failed(error));
      this.inFlight -= 1;
      if (tokenId !== undefined) this.received.push(tokenId);
    }
  }

  #failed(error: unknown): undefined {
    if (!this.#stopping) this.failures.push(error instanceof Error ? error.message : String(error));
  }
}

/** @returns the token itself */
export async function tokenOverHttp(address: string, authorization: string, audience: string): Promise<string> {
  const response = await fetch(`http://${address}${ROUTES.token}`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials', audience }),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = (await response.json()) as { access_token?: string; code?: string };
  if (answer.access_token === undefined) throw new Error(`refused: ${response.status} ${answer.code}`);
  return answer.access_token;
}

async function askOverHttp(address: string, authorization: string, audience: string): Promise<string> {
  return tokenIdOf(await tokenOverHttp(address, authorization, audience));
}

function connect(address: string): TokenGrpcClient {
  return new TokenService(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
}

async function askOverGrpc(client: TokenGrpcClient, authorization: string): Promise<string> {
  const metadata = new Metadata();
  metadata.set('authorization', authorization);
  const answer = await issue(client, { audience: 'inventory' }, metadata);
  if (answer instanceof Error) throw answer;
  return tokenIdOf(answer.accessToken);
}

function tokenIdOf(token: string): string {
  return claimsOf(token)['jti'] as string;
}
