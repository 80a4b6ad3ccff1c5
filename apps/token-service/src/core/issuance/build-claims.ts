import { formatScope, type AccessTokenClaims } from '@mintmark/contract';
import type { AuthenticatedClient } from '../authentication/authenticate-client.ts';
import type { ActiveKey } from '../keys/distribution/held-keys.ts';
import { RequestError } from '../model/errors.ts';
import type { ApprovedGrant } from '../policy/decide-grant.ts';
import { tokenTimes } from './token-times.ts';

interface Ingredients {
  readonly issuer: string;
  readonly client: AuthenticatedClient;
  readonly grant: ApprovedGrant;
  readonly key: ActiveKey;
  readonly now: Date;
  readonly tokenId: string;
  /** Times are rounded down to this; 1 unless durations are scaled below a second. */
  readonly timeStepSeconds: number;
}

/** Claims that keep what the signing key covers. Only `build` makes them, so nothing else can be signed. */
export class CheckedClaims {
  readonly wire: AccessTokenClaims;

  private constructor(wire: AccessTokenClaims) {
    this.wire = wire;
  }

  /**
   * @throws RequestError SIGNING_SEALED if the token would outlive what its key covers (docs/key-lifecycle.md): verifiers
   * may have dropped the key before the token expired
   */
  static build(of: Ingredients): CheckedClaims {
    const { client, grant, key } = of;
    const { iat, exp } = tokenTimes(of.now, grant.lifetimeSeconds, of.timeStepSeconds);
    if (grant.lifetimeSeconds > key.maxTokenLifetimeSeconds || Math.round(exp * 1000) > key.latestExpiry.getTime()) {
      throw new RequestError('SIGNING_SEALED', 'The signing key does not cover a token this long. Retry later.', {
        kid: key.kid,
        lifetimeSeconds: grant.lifetimeSeconds,
        keyMaxTokenLifetimeSeconds: key.maxTokenLifetimeSeconds,
        keyLatestExpiry: key.latestExpiry,
      });
    }
    return new CheckedClaims({
      iss: of.issuer,
      sub: client.id,
      client_id: client.id,
      aud: grant.resource.audience,
      scope: formatScope(grant.scopes),
      iat,
      exp,
      jti: of.tokenId,
    });
  }
}
