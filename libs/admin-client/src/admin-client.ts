import { createTokenClient, httpTransport, type ClientIdentity, type TokenClient } from '@mintmark/client';
import type { AdminCall } from './admin-call.ts';
import { AdminError } from './admin-error.ts';
import { exchange, readAnswer } from './exchange.ts';
import { safeAddress } from './safe-address.ts';

/** The built-in resource that admin tokens are for. */
export const ADMIN_RESOURCE = 'mintmark-admin';

export interface AdminClientOptions {
  /** The admin listener: https, or plain http to loopback. */
  readonly url: string;
  /** The issuer that the operator's tokens come from. */
  readonly issuer: string;
  /** The operator: `clientSecret({ clientId, secret })` of @mintmark/client. */
  readonly identity: ClientIdentity;
  /** Seconds for one call. Default 60. */
  readonly timeoutSeconds?: number;
  /** Divides the token client's durations, to fit an issuer that runs at the same scale. Default 1. */
  readonly timeScale?: number;
  /** Another fetch, for a private CA, say. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The admin API over HTTP, with tokens of its own getting. Make one and share it. */
export interface AdminClient {
  /**
   * Sends a call and reads its answer; once, for a call may change something.
   * @throws AdminError as refused or unreachable, TokenRequestError if no operator token can be had
   */
  send<Answer>(call: AdminCall<Answer>, options?: SendOptions): Promise<Answer>;
  /** Idempotent. */
  close(): void;
}

/**
 * ```ts
 * const admin = createAdminClient({ url: 'https://tokens.internal:4003', issuer: 'https://tokens.internal', identity });
 * const { clients } = await admin.send(listClients());
 * ```
 * @throws TypeError on an address that is neither https nor loopback
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const base = safeAddress(options.url, 'The address of the admin API');
  const { fetch = globalThis.fetch, timeoutSeconds = 60, timeScale = 1, issuer, identity } = options;
  const transport = httpTransport({ issuer, fetch });
  const tokens = createTokenClient({ transport, identity, timeScale, retries: 0 });
  return {
    send: async (call, { signal } = {}) => {
      const attempt = async () => {
        const headers = { authorization: await tokens.authorizationHeader({ audience: ADMIN_RESOURCE }, { signal }) };
        return readAnswer(call, await exchange(call, { fetch, base, headers, timeoutSeconds, signal }));
      };
      try {
        return await attempt();
      } catch (error) {
        if (!forgetRefusedToken(tokens, error)) throw error;
        return attempt();
      }
    },
    close: () => tokens.close(),
  };
}

/** A 401 refuses the token before anything is done, so the call may be repeated with a new one. */
function forgetRefusedToken(tokens: TokenClient, error: unknown): boolean {
  if (!(error instanceof AdminError) || error.httpStatus !== 401) return false;
  return tokens.invalidate({ audience: ADMIN_RESOURCE });
}
