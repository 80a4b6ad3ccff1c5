import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { KEYSET_RESOURCE } from '../../core/model/keyset-resource.ts';
import type { ReplayGuard } from '../../core/ports/replay-guard.ts';
import type { RevocationFeed } from '../../core/revocation/revocation-feed.ts';
import { alsoDemanding } from '../also-demanding.ts';
import { feedRevocations } from '../admin/feed-revocations.ts';
import { ringKeySource } from '../admin/ring-key-source.ts';

interface Needs {
  readonly issuer: string;
  readonly timeScale: number;
  readonly keys: Pick<KeyRing, 'publicKeySet'>;
  readonly revocations: Pick<RevocationFeed, 'isRevoked'>;
  readonly replayGuard: ReplayGuard;
}

/** A token may expire that much later by another clock, in seconds: until then it must be remembered as used. */
const REMEMBERED_AFTER_EXPIRY = 120;

/**
 * Verifies tokens that open watch streams: by our own verifier, and then that the token has opened no stream yet. What somebody
 * picked up on the way opens nothing. Whether its client may watch, and still may, is for `KeySetWatch`.
 */
export function watchVerifier({ issuer, timeScale, keys, revocations, replayGuard }: Needs): Verifier {
  const verifier = createVerifier({
    issuer,
    audience: KEYSET_RESOURCE.audience,
    algorithms: SIGNING_ALGORITHMS,
    keys: ringKeySource(keys),
    revocations: feedRevocations(revocations),
    maxLifetimeSeconds: KEYSET_RESOURCE.tokenLifetimeSeconds,
    timeScale,
    cache: false,
  });
  return alsoDemanding(verifier, {
    once: async (verdict) => {
      const { tokenId, issuedAt, expiresAt } = verdict.caller;
      const forgetAt = new Date((expiresAt + REMEMBERED_AFTER_EXPIRY) * 1000);
      try {
        const use = { key: `watch:${tokenId}`, issuedAt: new Date(issuedAt * 1000), forgetAt };
        return (await replayGuard.claim(use)) ? verdict : { ok: false, code: 'REPLAYED' };
      } catch {
        return { ok: false, code: 'REPLAY_UNAVAILABLE', retryAfterSeconds: 1 };
      }
    },
  });
}
