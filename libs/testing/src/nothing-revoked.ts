import type { RevocationSource } from '@mintmark/verifier';

/** What is revoked at an issuer that has revoked nothing. */
export const NOTHING_REVOKED: RevocationSource = {
  open: () => ({
    isUsable: true,
    statusOf: () => 'clear',
    ready: () => Promise.resolve(),
    onChange: () => () => undefined,
    close: () => undefined,
  }),
};
