import type { JsonObject } from '@mintmark/jws';
import type { IssuerProfile } from '../model/trusted-issuer.ts';
import type { WorkloadIdentity } from '../registry/registry-snapshot.ts';
import { objectAt, type AssertionRules } from './assertion-checks.ts';

/** How the tokens of one kind of platform look. */
interface WorkloadProfile extends Omit<AssertionRules, 'algorithms'> {
  /** Whether the claims that only this platform has agree with the rest, and with what the client declares. */
  readonly agrees: (claims: JsonObject, identity: WorkloadIdentity) => boolean;
}

const DAY = 86_400;

export const WORKLOAD_PROFILES: Readonly<Record<IssuerProfile, WorkloadProfile>> = {
  /** Projected service-account tokens (TokenRequest API); those of the old kind, without end or audience, are refused by the rules. */
  kubernetes: { header: [], types: ['JWT'], maxLifetimeSeconds: DAY, agrees: isServiceAccount },
  /** JWT-SVID §2 and §3. */
  spiffe: { header: [], types: ['JWT', 'JOSE'], maxLifetimeSeconds: DAY, agrees: () => true },
  /** Writes the thumbprint of a certificate into the header, which says nothing here. */
  github_actions: { header: ['x5t'], types: ['JWT'], maxLifetimeSeconds: 900, agrees: isOfRepository },
  /** An ID token, or whatever an OpenID Connect issuer makes for machines. */
  oidc: { header: ['x5t'], types: ['JWT'], maxLifetimeSeconds: 3_600, agrees: () => true },
};

function isServiceAccount(claims: JsonObject, { uid }: WorkloadIdentity): boolean {
  const kubernetes = objectAt(claims, 'kubernetes.io');
  const account = objectAt(kubernetes, 'serviceaccount');
  const { namespace } = kubernetes;
  const { name } = account;
  if (typeof namespace !== 'string' || typeof name !== 'string') return false;
  if (claims['sub'] !== `system:serviceaccount:${namespace}:${name}`) return false;
  return uid === undefined || account['uid'] === uid;
}

/** Every token of a workflow names its repository, whatever was chosen for `sub`. */
function isOfRepository(claims: JsonObject): boolean {
  return typeof claims['repository'] === 'string' && typeof claims['repository_id'] === 'string';
}
