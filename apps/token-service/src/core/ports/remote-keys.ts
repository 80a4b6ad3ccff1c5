import type { VerificationKey } from '@mintmark/jws';

/** Public keys of clients and trusted issuers that are fetched from where they are declared to be. */
export interface RemoteKeys {
  /**
   * The key with that id or RFC 7638 thumbprint, none if the set, as it is now, has no such key; without an id all that are held.
   * @returns `unavailable` if that cannot be told. Never throws
   */
  find(url: string, kid: string | undefined): Promise<readonly VerificationKey[] | 'unavailable'>;
}
