import { isSigningAlgorithm, MAX_TOKEN_LIFETIME_SECONDS, type SigningAlgorithm } from '@mintmark/contract';
import { systemClock, withTimers, type Clock, type TimerClock } from './clock.ts';
import type { KeySource } from './keys/key-store.ts';
import { requireSafeUrl } from './keys/loopback.ts';
import type { VerifierObserver } from './observer.ts';
import type { Policy } from './policy.ts';
import { fixedRevocations, NO_REVOCATIONS, type RevocationSource } from './revocations/revocations.ts';

/** With what is revoked, or in words without. */
export type VerifierOptions = CommonOptions & (WithRevocations | WithoutRevocations);

interface WithRevocations {
  /** What the issuer has revoked: `remoteRevocations({ url })`. */
  readonly revocations: RevocationSource;
  readonly unsafelyWithoutRevocations?: never;
}

interface WithoutRevocations {
  /** A token, also a stolen one, lives until it expires or its key is removed, whatever the issuer has revoked. */
  readonly unsafelyWithoutRevocations: true;
  readonly revocations?: never;
}

interface CommonOptions {
  /** `iss` of acceptable tokens, compared exactly; https, or http on loopback, without query and fragment. */
  readonly issuer: string;
  /** `aud` of acceptable tokens, compared exactly: this resource's uri, or its id. */
  readonly audience: string;
  readonly keys: KeySource;
  /** Default `['ES256']`. */
  readonly algorithms?: readonly SigningAlgorithm[];
  /** How far clocks may disagree, 10 to 60 seconds; default 20. */
  readonly leewaySeconds?: number;
  /** Longest `exp − iat`, up to 900 seconds; default 900. */
  readonly maxLifetimeSeconds?: number;
  /** Divides every lifecycle duration, for demonstrations; at least 1, the default. */
  readonly timeScale?: number;
  /** Verdict cache, bounded in bytes; default true. Without it the verdicts are the same, only slower. */
  readonly cache?: boolean | { readonly maxBytes?: number };
  /** Default: a system clock that never runs backwards. */
  readonly clock?: Clock;
  readonly observer?: VerifierObserver;
}

/** Options as the verifier uses them. */
export interface Settings {
  readonly policy: Policy;
  readonly keys: KeySource;
  readonly revocations: RevocationSource;
  readonly timeScale: number;
  /** 0: no cache. */
  readonly cacheBytes: number;
  readonly clock: TimerClock;
  readonly observers: readonly VerifierObserver[];
}

const LEEWAY = { default: 20, minimum: 10, maximum: 60 };
const CACHE_BYTES = { default: 16 * 1024 * 1024, minimum: 64 * 1024, maximum: 1024 * 1024 * 1024 };

const NAMES: ReadonlySet<string> = new Set<keyof VerifierOptions>([
  ...(['issuer', 'audience', 'keys', 'algorithms', 'leewaySeconds', 'maxLifetimeSeconds', 'timeScale'] as const),
  ...(['cache', 'clock', 'observer', 'revocations', 'unsafelyWithoutRevocations'] as const),
]);

/** @throws TypeError for anything that would leave out a check, however it came about */
export function readOptions(options: VerifierOptions): Settings {
  const unknown = Object.keys(options).filter((name) => !NAMES.has(name));
  if (unknown.length > 0) throw new TypeError(`unknown option: ${unknown.join(', ')}`);
  if (typeof options.keys?.open !== 'function')
    throw new TypeError('keys must be a key source, such as remoteKeySet({ url })');
  const timeScale = inRange('timeScale', options.timeScale ?? 1, { minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
  return {
    policy: readPolicy(options, timeScale),
    keys: options.keys,
    revocations: readRevocations(options),
    timeScale,
    cacheBytes: readCacheBytes(options.cache ?? true),
    clock: withTimers(options.clock ?? systemClock()),
    observers: options.observer ? [options.observer] : [],
  };
}

function readRevocations({ revocations, unsafelyWithoutRevocations }: VerifierOptions): RevocationSource {
  if (unsafelyWithoutRevocations === true && revocations === undefined)
    return { open: () => fixedRevocations(NO_REVOCATIONS) };
  if (unsafelyWithoutRevocations === undefined && typeof revocations?.open === 'function') return revocations;
  throw new TypeError(
    'revocations must be a source of them, such as remoteRevocations({ url }); to accept revoked tokens all the same, say ' +
      'unsafelyWithoutRevocations: true instead',
  );
}

function readPolicy(options: VerifierOptions, timeScale: number): Policy {
  const { leewaySeconds = LEEWAY.default, maxLifetimeSeconds = MAX_TOKEN_LIFETIME_SECONDS } = options;
  const lifetimes = { minimum: 1, maximum: MAX_TOKEN_LIFETIME_SECONDS };
  return Object.freeze({
    issuer: readIssuer(options.issuer),
    audience: readText('audience', options.audience),
    algorithms: readAlgorithms(options.algorithms ?? ['ES256']),
    leewaySeconds: inRange('leewaySeconds', leewaySeconds, LEEWAY) / timeScale,
    maxLifetimeSeconds: inRange('maxLifetimeSeconds', maxLifetimeSeconds, lifetimes) / timeScale,
    wholeSeconds: timeScale === 1,
  });
}

function readIssuer(issuer: string): string {
  requireSafeUrl(readText('issuer', issuer), 'issuer');
  // RFC 8414 §2.
  if (/[?#]/.test(issuer)) throw new TypeError('issuer must not carry a query or a fragment');
  return issuer;
}

function readText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${name} is required: without it any token would do`);
  return value;
}

function readAlgorithms(algorithms: readonly unknown[]): ReadonlySet<string> {
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw new TypeError('algorithms must name at least one');
  const refused = algorithms.filter((name) => !isSigningAlgorithm(name));
  if (refused.length > 0) throw new TypeError(`algorithms not allowed: ${refused.map(String).join(', ')}`);
  return new Set(algorithms as readonly SigningAlgorithm[]);
}

function readCacheBytes(cache: boolean | { readonly maxBytes?: number }): number {
  if (cache === false) return 0;
  const maxBytes = cache === true ? undefined : cache.maxBytes;
  return inRange('cache.maxBytes', maxBytes ?? CACHE_BYTES.default, CACHE_BYTES);
}

function inRange(name: string, value: number, { minimum, maximum }: { minimum: number; maximum: number }): number {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return value;
  throw new TypeError(`${name} must be between ${minimum} and ${maximum}, got ${value}`);
}
