import type { Check } from './check.ts';

export const notRevoked: Check<'revocation'> = {
  name: 'not-revoked',
  step: 10,
  stage: 'revocation',
  refuse: ({ claims, kid, revocations }) => {
    const status = revocations.statusOf({ tokenId: claims.jti, clientId: claims.client_id, kid });
    if (status === 'clear') return undefined;
    return status === 'revoked' ? 'TOKEN_REVOKED' : 'REVOCATION_UNAVAILABLE';
  },
};
