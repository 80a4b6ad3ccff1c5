import type { VerificationKey } from '@mintmark/jws';

/** Public keys of clients and trusted issuers that are fetched from where they are declared to be. */
export interface RemoteKeys {
  /**
   * The key with that id.
   * @returns `unknown` if the set, as it is now, has none; `unavailable` if that cannot be told. Never throws
   */
  find(url: string, kid: string): Promise<VerificationKey | 'unknown' | 'unavailable'>;
}
