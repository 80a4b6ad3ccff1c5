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
    // Calls of the admin API are short, each is asked about when it comes; streams are ended by who keeps them.
    onChange: () => () => undefined,
    close: () => undefined,
  } as const;
  return { open: () => store };
}
