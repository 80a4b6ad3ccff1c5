import type { Resource } from './resource.ts';

export const WATCH_SCOPE = 'keyset:watch';

/**
 * The issuer itself, as verifiers call it to watch the key set. Nobody declares it or a policy for it: who operates a resource may
 * have its one scope. Its tokens are signed with this algorithm, or with whichever signs: verifiers go on watching while one waits
 * for its first key, or is sealed.
 */
export const KEYSET_RESOURCE: Resource = {
  id: 'mintmark-keyset',
  audience: 'mintmark-keyset',
  scopes: [WATCH_SCOPE],
  tokenLifetimeSeconds: 300,
  signingAlgorithm: 'ES256',
  senderConstraint: 'none',
};
