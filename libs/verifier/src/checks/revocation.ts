import type { Check } from './check.ts';

export const notRevoked: Check<'revocation'> = {
  name: 'not-revoked',
  step: 10,
  stage: 'revocation',
  refuse: ({ token, revocations }) => {
    const status = revocations.statusOf(token);
    if (status === 'clear') return undefined;
    return status === 'revoked' ? 'TOKEN_REVOKED' : 'REVOCATION_UNAVAILABLE';
  },
};
