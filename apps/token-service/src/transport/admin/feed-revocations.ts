import type { RevocationSource } from '@mintmark/verifier';
import type { RevocationFeed } from '../../core/revocation/revocation-feed.ts';

/** What this process knows to be revoked, as a verifier takes it. */
export function feedRevocations(feed: Pick<RevocationFeed, 'isRevoked'>): RevocationSource {
  const store = {
    // Each call finds out for itself.
    isUsable: true,
    statusOf: ({ issuedAt, ...token }: { tokenId: string; clientId: string; kid: string; issuedAt: number }) => {
      try {
        return feed.isRevoked({ ...token, issuedAt: new Date(issuedAt * 1000) }) ? 'revoked' : 'clear';
      } catch {
        return 'unknown';
      }
    },
    ready: () => Promise.resolve(),
    // A call of the admin API is asked about when it comes and again when all of it is there; streams are ended by who keeps them.
    onChange: () => () => undefined,
    close: () => undefined,
  } as const;
  return { open: () => store };
}
