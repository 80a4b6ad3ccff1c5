import { AS_OF_HEADER } from '@mintmark/contract';
import type { PublishedKeySet } from '../../core/keys/distribution/key-set-document.ts';

/** Of a key set. */
export function headersOf({
  etag,
  maxAgeSeconds,
  staleIfErrorSeconds,
  asOf,
}: PublishedKeySet): Readonly<Record<string, string>> {
  return {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}, stale-if-error=${staleIfErrorSeconds}`,
    [AS_OF_HEADER]: String(asOf.getTime() / 1000),
  };
}

/** RFC 9110 §13.1.2: a list of entity tags, compared weakly. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;
}
