import type { Revocation } from '../model/revocation.ts';
import { NOMINAL_TIMING, type Timing } from '../model/timing.ts';
import type { RevocationRequest } from './administration.ts';
import type { RevocationView, RevokedView } from './views.ts';

/** Seconds at scale 1 until a verifier refuses: with a stream of changes, and by polling every minute, give or take a tenth. */
const BOUNDS = { watching: 2, polling: 70 };

export function revokedView({ kind, id, revokedAt, until, issuedBefore, client, sequence }: Revocation): RevokedView {
  return { kind, id, revokedAt, until, issuedBefore, byClient: client, sequence };
}

/** @param revocation as it is afterwards, or would be; `undefined`: there is none, and none is needed */
export function revocationView(
  { kind, id }: RevocationRequest,
  revocation: Omit<Revocation, 'sequence'> | undefined,
  { planned, timing }: { readonly planned: boolean; readonly timing: Timing },
): RevocationView {
  const { signingLeaseSeconds } = timing;
  // Z is no setting, so it shows by what durations were divided.
  const scale = NOMINAL_TIMING.signingLeaseSeconds / signingLeaseSeconds;
  return {
    ...{ kind, id, planned },
    until: revocation?.until ?? null,
    issuedBefore: revocation?.issuedBefore ?? null,
    bounds: {
      watchingSeconds: BOUNDS.watching / scale,
      pollingSeconds: BOUNDS.polling / scale,
      behindCutOffReplicaSeconds: BOUNDS.polling / scale + signingLeaseSeconds,
    },
  };
}
