import { randomInt } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { fetchKeySet } from './fetch-key-set.ts';
import { KeyCache } from './key-cache.ts';
import type { KeySetFeed } from './key-set-feed.ts';
import { SnapshotFile } from './snapshot-file.ts';
import type { KeyContext, KeySource } from './key-store.ts';
import { keyTiming, nominalTiming, type KeyTimingOptions } from './key-timing.ts';
import { requireSafeUrl } from './loopback.ts';
import type { AdaptJwk } from './read-key-set.ts';

export interface RemoteKeySetOptions extends KeyTimingOptions {
  /** The issuer's JWKS; https, or http on loopback. */
  readonly url: string | URL;
  /** PEM of the certificate authorities to trust for that URL instead of the system's. */
  readonly ca?: string;
  /**
   * A file of this service alone that keeps the last good key set for its next start: then a restart while the issuer is
   * down verifies with keys as old as they are, no older than `deadAfterSeconds`. What is revoked has a file of its own.
   */
  readonly snapshotFile?: string;
  /** Resolves the host in place of the system's resolver, to refuse addresses; not asked where the URL has an address. */
  readonly lookup?: LookupFunction;
  /** Where the set is told of as soon as it changes; it is fetched as well while that is silent. */
  readonly feed?: KeySetFeed;
  /** Sees each key before it is imported, for issuers that leave out `alg` or give `use` another value. */
  readonly adaptJwk?: AdaptJwk;
}

/**
 * The issuer's keys over HTTP, renewed in the background.
 * @throws TypeError for a URL that would fetch keys in clear, or times that contradict each other
 */
export function remoteKeySet(options: RemoteKeySetOptions): KeySource {
  const { ca, lookup, adaptJwk, feed } = options;
  const endpoint = {
    url: requireSafeUrl(options.url, 'url'),
    ...(ca !== undefined && { ca }),
    ...(lookup && { lookup }),
  };
  const nominal = nominalTiming(options);
  const { snapshotFile } = options;
  return {
    open: (context: KeyContext) =>
      new KeyCache({
        context,
        timing: keyTiming(nominal, context.timeScale),
        unauthenticated: endpoint.url.protocol === 'http:',
        ...(feed && { feed }),
        ...(adaptJwk && { adaptJwk }),
        fetch: (etag, closing) => fetchKeySet(endpoint, etag, context.clock, closing),
        ...(snapshotFile !== undefined && {
          archive: new SnapshotFile(snapshotFile, { issuer: context.issuer, url: endpoint.url.href }),
        }),
        random: () => randomInt(2 ** 32) / 2 ** 32,
      }),
  };
}
