// An OIDC issuer made like the one in the API server of a Kubernetes cluster: discovery, key set, claims.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newAssertionKey, serviceAccountToken, type AssertionKey, type AssertionParts } from './assertions.ts';

export class ClusterIssuer {
  /** `--service-account-issuer`: what `iss` says, which need not be where it is reached. */
  readonly issuer: string;
  readonly #server: Server;
  #keys: AssertionKey[] = [newAssertionKey('RS256')];
  #fetches = 0;
  #broken = false;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async start(issuer: string): Promise<ClusterIssuer> {
    const server = createServer();
    const cluster = new ClusterIssuer(issuer, server);
    server.on('request', ({ url }, response) => {
      const document = cluster.#documentAt(url ?? '');
      response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(document ?? { kind: 'Status', code: 404 }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cluster;
  }

  get jwksUri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/openid/v1/jwks`;
  }

  /** How often the key set was asked for. */
  get fetches(): number {
    return this.#fetches;
  }

  get signingKey(): AssertionKey {
    const key = this.#keys.at(-1);
    if (!key) throw new Error('there is always a key');
    return key;
  }

  tokenFor(
    account: { readonly audience: string; readonly namespace: string; readonly name: string; readonly uid?: string },
    parts?: AssertionParts,
  ): string {
    return serviceAccountToken(this.signingKey, { ...account, issuer: this.issuer }, parts);
  }

  /** Signs with a new key from now on; the old one stays in the set for what it has signed. */
  rotate(): void {
    this.#keys = [...this.#keys, newAssertionKey('RS256')].slice(-2);
  }

  /** Answers nothing but errors, or all as before. */
  set broken(broken: boolean) {
    this.#broken = broken;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  #documentAt(url: string): object | undefined {
    if (url === '/openid/v1/jwks') this.#fetches += 1;
    if (this.#broken) return undefined;
    if (url === '/openid/v1/jwks') return { keys: this.#keys.map(({ jwk }) => jwk) };
    if (url !== '/.well-known/openid-configuration') return undefined;
    return {
      issuer: this.issuer,
      jwks_uri: this.jwksUri,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }
}
