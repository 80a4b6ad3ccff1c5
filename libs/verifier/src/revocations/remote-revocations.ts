import { randomInt } from 'node:crypto';
import { MAX_REVOCATIONS_BYTES } from '@mintmark/contract';
import { fetchKeySet } from '../keys/fetch-key-set.ts';
import { requireSafeUrl } from '../keys/loopback.ts';
import { remoteKeySet } from '../keys/remote-key-set.ts';
import { SnapshotFile } from '../keys/snapshot-file.ts';
import { tellAll } from '../observer.ts';
import { RevocationCache, type OnUnknown } from './revocation-cache.ts';
import type { RevocationContext, RevocationSource, Wake } from './revocations.ts';

export interface RemoteRevocationsOptions {
  /** The issuer's document of revocations; https, or http on loopback. */
  readonly url: string | URL;
  /** The key set of that document; default: `<url>/jwks.json`. */
  readonly keysUrl?: string | URL;
  /** PEM of the certificate authorities to trust for those URLs instead of the system's. */
  readonly ca?: string;
  /**
   * A file of this service alone that keeps the last document for its next start, and beside it, with `.keys` behind its name, the
   * keys of it: then a restart while the issuer is down knows what was revoked before, no longer than `deadAfterSeconds`.
   */
  readonly snapshotFile?: string;
  /** Background refresh, give or take a tenth. Nominal seconds, default 60. */
  readonly refreshSeconds?: number;
  /** Older than this, it is not known any more what is revoked. Nominal seconds, default 3600. */
  readonly deadAfterSeconds?: number;
  /**
   * While it is not known: `refuse` (default) says REVOCATION_UNAVAILABLE (503), `accept` lets tokens in that nothing known is
   * against. What is known to be revoked is refused either way.
   */
  readonly onUnknown?: OnUnknown;
  /**
   * Calls its listener when there may be news, so that they are fetched at once, and, where it says how far they go, again and again
   * for ten seconds until they are here: the first replica that answers may be behind. Returns how to stop.
   */
  readonly wake?: Wake;
}

/**
 * What the issuer has revoked, over HTTP, renewed in the background. The document is signed with keys of its own, so what steals
 * the keys of tokens cannot forge it.
 * @throws TypeError for a URL that would fetch in clear, times that contradict each other, or another `onUnknown`
 */
export function remoteRevocations(options: RemoteRevocationsOptions): RevocationSource {
  const { ca, refreshSeconds = 60, deadAfterSeconds = 3600, onUnknown = 'refuse', wake, snapshotFile: file } = options;
  const url = requireSafeUrl(options.url, 'url');
  const keysUrl = requireSafeUrl(options.keysUrl ?? keysBelow(url), 'keysUrl');
  if (!(refreshSeconds > 0 && refreshSeconds < deadAfterSeconds && Number.isFinite(deadAfterSeconds)))
    throw new TypeError('revocation times must satisfy 0 < refreshSeconds < deadAfterSeconds');
  if (onUnknown !== 'refuse' && onUnknown !== 'accept')
    throw new TypeError(`onUnknown must be refuse or accept, got ${String(onUnknown)}`);
  const authorities = ca === undefined ? {} : { ca };
  const endpoint = {
    url,
    ...authorities,
    accept: 'application/mintmark-revocations+jwt',
    maxBytes: MAX_REVOCATIONS_BYTES,
  };
  const keys = remoteKeySet({
    url: keysUrl,
    ...authorities,
    ...(file !== undefined && { snapshotFile: `${file}.keys` }),
  });
  return {
    open: (context) =>
      new RevocationCache({
        ...{ context, onUnknown },
        timing: timingOf({ refreshSeconds, deadAfterSeconds }, context),
        keys: keys.open({ ...context, observer: alarmsOf(context) }),
        fetch: (etag, closing) => fetchKeySet(endpoint, etag, context.clock, closing),
        ...(wake && { wake }),
        ...(file !== undefined && {
          archive: new SnapshotFile(file, { issuer: context.issuer, url: url.href }, MAX_REVOCATIONS_BYTES),
        }),
        unauthenticated: url.protocol === 'http:' || keysUrl.protocol === 'http:',
        random: () => randomInt(2 ** 32) / 2 ** 32,
      }),
  };
}

function keysBelow(document: URL): URL {
  const url = new URL(document);
  url.pathname += '/jwks.json';
  return url;
}

function timingOf(
  { refreshSeconds, deadAfterSeconds }: { refreshSeconds: number; deadAfterSeconds: number },
  { timeScale }: RevocationContext,
) {
  const scaled = (seconds: number) => (seconds * 1000) / timeScale;
  return {
    refresh: scaled(refreshSeconds),
    deadAfter: scaled(deadAfterSeconds),
    firstBackOff: scaled(1),
    lastBackOff: scaled(30),
    wakePause: scaled(0.5),
  };
}

/** The keys of the document are not those whose age and generation are watched. */
function alarmsOf({ observer }: RevocationContext) {
  return tellAll([
    {
      onAlarm: (alarm) => observer.onAlarm({ ...alarm, reason: `keys of the revocations: ${alarm.reason}` }),
      onFetchFailed: (reason) => observer.onRevocationsFailed(`keys: ${reason}`),
    },
  ]);
}
