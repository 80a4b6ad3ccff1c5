import { RequestError } from '../model/errors.ts';
import type { RevocationStore } from '../ports/revocation-store.ts';
import type { OwnTokens } from './own-tokens.ts';
import { Presenters, type PresentedToken, type PresenterPorts } from './presented-token.ts';
import type { RefreshRevocations } from './refresh-revocations.ts';

interface Ports extends PresenterPorts {
  readonly tokens: Pick<OwnTokens, 'read'>;
  readonly store: Pick<RevocationStore, 'record'>;
  readonly refreshRevocations: Pick<RefreshRevocations, 'execute'>;
}

/** A client gives back a token of its own (RFC 7009). */
export class RevokeToken {
  readonly #ports: Ports;
  readonly #presenters: Presenters;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#presenters = new Presenters(ports, 'revoke');
  }

  /**
   * Resolves when it is recorded; verifiers hear of it within their bounds. A token that is not the client's own, or no token at all,
   * is not told from one that has expired (RFC 7009 §2.2): nothing happens.
   * @throws RequestError if the client is not authenticated, REVOCATIONS_FULL, STORAGE_UNAVAILABLE, REVOCATIONS_UNAVAILABLE
   */
  async execute(presented: PresentedToken): Promise<void> {
    const { tokens, store, refreshRevocations } = this.#ports;
    const client = await this.#presenters.authenticate(presented);
    const claims = (await tokens.read(presented.token))?.claims;
    if (claims?.client_id !== client.id) return;
    const token = { kind: 'token', id: claims.jti, expiresAt: new Date(claims.exp * 1000), client: client.id } as const;
    await store.record({ verb: 'revoke', ...token }, { actor: client.id }).catch(sayLater);
    await refreshRevocations.execute().catch(() => undefined); // it is recorded: the next poll does what failed here
  }
}

/** That the service is sealed, and how it is unsealed, is for operators. */
function sayLater(error: unknown): never {
  if (!(error instanceof RequestError) || error.code !== 'DATABASE_OUTDATED') throw error;
  const { message: reason } = error;
  throw new RequestError('REVOCATIONS_UNAVAILABLE', 'Nothing can be revoked just now. Retry later.', { reason });
}
