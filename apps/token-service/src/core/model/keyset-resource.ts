import type { Resource } from './resource.ts';

export const WATCH_SCOPE = 'keyset:watch';

/**
 * The issuer itself, as verifiers call it to watch the key set. Nobody declares it or a policy for it: who operates a resource may
 * have its one scope. Its tokens are signed with an algorithm that is in use anyway.
 */
export const KEYSET_RESOURCE: Resource = {
  id: 'mintmark-keyset',
  audience: 'mintmark-keyset',
  scopes: [WATCH_SCOPE],
  tokenLifetimeSeconds: 300,
  signingAlgorithm: 'ES256',
  senderConstraint: 'none',
};
