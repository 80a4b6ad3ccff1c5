import { isIP } from 'node:net';
import type { VerificationKey } from '@mintmark/jws';
import { remoteKeySet, systemClock, type KeyStore } from '@mintmark/verifier';
import { adaptJwk } from '../../core/model/assertion-key.ts';
import type { RemoteKeys } from '../../core/ports/remote-keys.ts';
import { isPublicAddress, lookupPublic } from './public-address.ts';

interface Options {
  /** Hosts that may be at a private address; no others may. */
  readonly privateHosts: readonly string[];
  /** Told why a key set could not be fetched or was refused. */
  readonly onTrouble: (trouble: { readonly url: string; readonly reason: string }) => void;
}

/** How long a request for a token waits for keys that are not held, in milliseconds. */
const PATIENCE = 2_000;

/**
 * Fetches declared key sets and keeps them: the verifier's own key cache, one for each URL that is asked about. Only what an
 * operator declared is ever asked about, so their number is bounded by the declaration.
 */
export class RemoteKeySets implements RemoteKeys {
  readonly #options: Options;
  readonly #stores = new Map<string, KeyStore>();

  constructor(options: Options) {
    this.#options = options;
  }

  async find(url: string, kid: string | undefined): Promise<readonly VerificationKey[] | 'unavailable'> {
    const store = this.#stores.get(url) ?? this.#open(url);
    if (!store) return 'unavailable';
    if (!store.snapshot) await store.ready(PATIENCE).catch(() => undefined);
    const held = this.#held(store, kid);
    if (held.length > 0) return held;
    if (!store.snapshot || kid === undefined) return 'unavailable';
    if ((await store.consult(kid, PATIENCE)) === 'unavailable') return 'unavailable';
    return this.#held(store, kid);
  }

  /** Ends the fetching of what is no longer declared. */
  keepOnly(urls: ReadonlySet<string>): void {
    for (const [url, store] of this.#stores) {
      if (urls.has(url)) continue;
      store.close();
      this.#stores.delete(url);
    }
  }

  close(): void {
    this.keepOnly(new Set());
  }

  #held({ state, snapshot }: KeyStore, kid: string | undefined): readonly VerificationKey[] {
    if (state === 'dead' || !snapshot) return [];
    if (kid === undefined) return [...snapshot.keys.values()];
    const key = snapshot.keys.get(kid) ?? [...snapshot.keys.values()].find(({ thumbprint }) => thumbprint === kid);
    return key ? [key] : [];
  }

  #open(url: string): KeyStore | undefined {
    const { privateHosts, onTrouble } = this.#options;
    const { hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const isPrivate = privateHosts.includes(host);
    if (!isPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
      onTrouble({ url, reason: `${host} is a private address` });
      return undefined;
    }
    const trouble = (reason: string) => onTrouble({ url, reason });
    const source = remoteKeySet({ url, adaptJwk, ...(isPrivate ? {} : { lookup: lookupPublic }) });
    const store = source.open({
      issuer: url,
      clock: timerClock(),
      timeScale: 1,
      observer: { ...SILENT, onFetchFailed: trouble, onAlarm: ({ reason }) => trouble(reason) },
    });
    this.#stores.set(url, store);
    return store;
  }
}

const ignore = () => undefined;
const SILENT = {
  ...{ onVerdict: ignore, onUnknownKid: ignore, onStaleServed: ignore, onKeySet: ignore },
  ...{ onRevocations: ignore, onRevocationsFailed: ignore },
};

function timerClock() {
  const clock = systemClock();
  const schedule = (callback: () => void, milliseconds: number) => {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  };
  return { now: () => clock.now(), elapsed: () => performance.now(), schedule };
}
