import type { AccessTokenClaims } from '@mintmark/contract';
import type { AuthenticatedClient } from '../authentication/authenticate-client.ts';
import type { OwnToken, OwnTokens } from './own-tokens.ts';
import { Presenters, type PresentedToken, type PresenterPorts } from './presented-token.ts';
import type { RevocationFeed } from './revocation-feed.ts';

interface Ports extends PresenterPorts {
  readonly tokens: Pick<OwnTokens, 'read'>;
  readonly feed: Pick<RevocationFeed, 'isRevoked'>;
}

export type Introspection =
  | { readonly active: false }
  | { readonly active: true; readonly claims: AccessTokenClaims; readonly tokenType: string };

const INACTIVE: Introspection = { active: false };

/** Says of a token whether it counts (RFC 7662), to its own client and to the client that operates its resource. */
export class IntrospectToken {
  readonly #ports: Ports;
  readonly #presenters: Presenters;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#presenters = new Presenters(ports, 'introspect');
  }

  /**
   * Whoever else asks learns nothing: every token is inactive (RFC 7662 §2.2).
   * @throws RequestError if the client is not authenticated, REVOCATIONS_UNAVAILABLE
   */
  async execute(presented: PresentedToken): Promise<Introspection> {
    const client = await this.#presenters.authenticate(presented);
    const token = await this.#ports.tokens.read(presented.token);
    if (!token || !this.#mayAsk(client, token) || !this.#counts(token)) return INACTIVE;
    const { claims } = token;
    return { active: true, claims, tokenType: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP' };
  }

  #mayAsk({ id }: AuthenticatedClient, { claims }: OwnToken): boolean {
    if (claims.client_id === id) return true;
    const registry = this.#ports.registry.snapshot();
    const resource = registry.resourceById(claims.aud) ?? registry.resourceByUri(claims.aud);
    return resource?.audience === claims.aud && resource.operatedBy === id;
  }

  #counts({ claims, kid }: OwnToken): boolean {
    const { registry, clock, feed } = this.#ports;
    const { exp, iat, jti: tokenId, client_id: clientId } = claims;
    const client = registry.snapshot().client(clientId);
    if (!client || client.disabled || clock.now().getTime() >= exp * 1000) return false;
    return !feed.isRevoked({ tokenId, clientId, kid, issuedAt: new Date(iat * 1000) });
  }
}
