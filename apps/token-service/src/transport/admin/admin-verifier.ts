import { createVerifier, type Caller, type Verifier } from '@mintmark/verifier';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { ADMIN_RESOURCE } from '../../core/model/admin-resource.ts';
import { tokenDigest } from '../../core/model/token-digest.ts';
import type { AdminTokens } from '../../core/ports/admin-tokens.ts';
import type { Registry, RegistrySnapshot } from '../../core/registry/registry-snapshot.ts';
import type { RevocationFeed } from '../../core/revocation/revocation-feed.ts';
import { alsoDemanding } from '../also-demanding.ts';
import { feedRevocations } from './feed-revocations.ts';
import { ringKeySource } from './ring-key-source.ts';

interface Needs {
  readonly issuer: string;
  readonly timeScale: number;
  /** The ring whose keys sign for the admin API alone. */
  readonly keys: Pick<KeyRing, 'publicKeySet'>;
  readonly tokens: Pick<AdminTokens, 'find'>;
  readonly revocations: Pick<RevocationFeed, 'isRevoked'>;
  readonly registry: Pick<Registry, 'snapshot'>;
}

/**
 * Verifies admin tokens: by our own verifier, against the admin ring alone, and then whether this very token was issued
 * here, and its client is still one. Who has stolen a signing key, even that of the admin ring, has no such record, and none
 * that was kept for another token, living or expired, serves in its place. Of the scopes of the token those count that policy grants now.
 */
export function adminVerifier({ issuer, timeScale, keys, tokens, revocations, registry }: Needs): Verifier {
  const verifier = createVerifier({
    issuer,
    audience: ADMIN_RESOURCE.audience,
    keys: ringKeySource(keys),
    revocations: feedRevocations(revocations),
    maxLifetimeSeconds: ADMIN_RESOURCE.tokenLifetimeSeconds,
    timeScale,
  });
  return alsoDemanding(verifier, {
    always: (verdict) => {
      const { clientId } = verdict.caller;
      const snapshot = registry.snapshot();
      const client = snapshot.client(clientId);
      if (!client || client.disabled) return { ok: false, code: 'TOKEN_REVOKED' };
      const caller = stillGranted(verdict.caller, snapshot);
      return caller.scopes.length === 0 ? { ok: false, code: 'TOKEN_REVOKED' } : { ok: true, caller };
    },
    once: async ({ caller }, token) => {
      try {
        const recorded = await tokens.find(caller.tokenId);
        return recorded?.digest === tokenDigest(token) ? { ok: true, caller } : { ok: false, code: 'TOKEN_REVOKED' };
      } catch {
        return { ok: false, code: 'REVOCATION_UNAVAILABLE', retryAfterSeconds: 1 };
      }
    },
  });
}

function stillGranted(caller: Caller, snapshot: RegistrySnapshot): Caller {
  const policies = snapshot.policiesFor(caller.clientId, ADMIN_RESOURCE.id);
  const scopes = caller.scopes.filter((scope) => policies.some((policy) => policy.scopes.includes(scope)));
  return Object.freeze({
    ...caller,
    scopes: Object.freeze(scopes),
    hasScope: (scope: string) => scopes.includes(scope),
  });
}
