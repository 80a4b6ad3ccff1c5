import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { KEYSET_RESOURCE } from '../../core/model/keyset-resource.ts';
import type { ReplayGuard } from '../../core/ports/replay-guard.ts';
import type { Registry } from '../../core/registry/registry-snapshot.ts';
import { alsoDemanding } from '../also-demanding.ts';
import { ringKeySource } from '../admin/ring-key-source.ts';

interface Needs {
  readonly issuer: string;
  readonly timeScale: number;
  readonly keys: Pick<KeyRing, 'publicKeySet'>;
  readonly registry: Pick<Registry, 'snapshot'>;
  readonly replayGuard: ReplayGuard;
}

/** A token may expire that much later by another clock, in seconds: until then it must be remembered as used. */
const REMEMBERED_AFTER_EXPIRY = 120;

/**
 * Verifies tokens that open watch streams: by our own verifier, and then that its client is one still, and that the token has
 * opened no stream yet. What somebody picked up on the way opens nothing.
 */
export function watchVerifier({ issuer, timeScale, keys, registry, replayGuard }: Needs): Verifier {
  const verifier = createVerifier({
    issuer,
    audience: KEYSET_RESOURCE.audience,
    algorithms: SIGNING_ALGORITHMS,
    keys: ringKeySource(keys),
    maxLifetimeSeconds: KEYSET_RESOURCE.tokenLifetimeSeconds,
    timeScale,
    cache: false,
  });
  return alsoDemanding(verifier, async (verdict) => {
    const { tokenId, clientId, issuedAt, expiresAt } = verdict.caller;
    const client = registry.snapshot().client(clientId);
    if (!client || client.disabled) return { ok: false, code: 'TOKEN_REVOKED' };
    const forgetAt = new Date((expiresAt + REMEMBERED_AFTER_EXPIRY) * 1000);
    try {
      const use = { key: `watch:${tokenId}`, issuedAt: new Date(issuedAt * 1000), forgetAt };
      return (await replayGuard.claim(use)) ? verdict : { ok: false, code: 'REPLAYED' };
    } catch {
      return { ok: false, code: 'REPLAY_UNAVAILABLE', retryAfterSeconds: 1 };
    }
  });
}
