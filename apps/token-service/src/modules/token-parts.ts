import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { IssueToken } from '../core/issuance/issue-token.ts';
import type { AuditLog } from '../core/ports/audit-log.ts';
import type { IssuanceObserver } from '../core/ports/issuance-observer.ts';
import type { SecretDigest } from '../core/ports/secret-digest.ts';
import type { Registry } from '../core/registry/registry-snapshot.ts';
import { IntrospectToken } from '../core/revocation/introspect-token.ts';
import { KeyInquiry } from '../core/revocation/key-inquiry.ts';
import { OwnTokens } from '../core/revocation/own-tokens.ts';
import { RevokeToken } from '../core/revocation/revoke-token.ts';
import type { AdministrationParts } from './administration-parts.ts';
import type { AuthenticationParts } from './authentication-parts.ts';
import type { KeyParts } from './key-parts.ts';
import type { RevocationParts } from './revocation-parts.ts';
import type { Rings } from './ring-parts.ts';

/** Finer than a second only where durations are scaled below it: NumericDates are whole seconds otherwise. */
const SCALED_TIME_STEP_SECONDS = 0.001;

interface Needs {
  readonly authentication: AuthenticationParts;
  readonly administration: Pick<AdministrationParts, 'adminTokens' | 'secretUsage' | 'keyUsage'>;
  readonly registry: Registry;
  readonly rings: Rings;
  readonly revocations: RevocationParts;
  readonly digests: SecretDigest;
  readonly audit: AuditLog;
  readonly observer: IssuanceObserver;
}

/** What can be done with tokens by whoever proves who it is. */
export interface TokenParts {
  readonly issueToken: IssueToken;
  readonly revokeToken: RevokeToken;
  readonly introspectToken: IntrospectToken;
}

export function tokenUseCases({ issuer, assertionSeconds, timeScale, timing }: Config, needs: Needs): TokenParts {
  const { authentication, administration, rings, revocations, registry, digests, audit, observer } = needs;
  const { adminTokens, secretUsage, keyUsage } = administration;
  const presenting = {
    ...authentication,
    ...{ issuer, assertionSeconds, registry, digests, secretUsage, audit, clock: systemClock },
  };
  const inquiryAt = (keys: KeyParts) => new KeyInquiry({ ...keys, clock: systemClock, timing });
  const [ofPublic, ofAdmin] = [inquiryAt(rings.public), inquiryAt(rings.admin)];
  const publicTokens = new OwnTokens({ issuer, rings: [ofPublic], otherRings: [ofAdmin] });
  const allTokens = new OwnTokens({ issuer, rings: [ofPublic, ofAdmin], otherRings: [] });
  return {
    issueToken: new IssueToken({
      ...presenting,
      ...{ keys: rings.public.ring, adminKeys: rings.admin.ring, adminTokens, keyUsage, observer, ids: randomIds },
      timeStepSeconds: timeScale === 1 ? 1 : SCALED_TIME_STEP_SECONDS,
    }),
    revokeToken: new RevokeToken({ ...presenting, ...revocations, tokens: allTokens }),
    introspectToken: new IntrospectToken({ ...presenting, feed: revocations.feed, tokens: publicTokens }),
  };
}
