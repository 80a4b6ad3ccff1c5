import { randomUUID } from 'node:crypto';
import {
  ACCESS_TOKEN_TYP,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_TYP,
  type AccessTokenClaims,
  type RevokedEntry,
  type SigningAlgorithm,
} from '@mintmark/contract';
import { encodeBase64url, joinCompact, signBytes, type PublicJwk } from '@mintmark/jws';
import { systemClock, type Clock, type KeySource, type RevocationSource } from '@mintmark/verifier';
import { brokenToken, type BreakableIssuer, type TokenDefect } from './broken-tokens.ts';
import { followingKeySource } from './following-key-source.ts';
import { NOTHING_REVOKED } from './nothing-revoked.ts';
import { newKey, type TestKey } from './test-key.ts';

export interface TestIssuerOptions {
  /** Default `https://issuer.test`. */
  readonly issuer?: string;
  /** Default `inventory`. */
  readonly audience?: string;
  /** Default `ES256`. */
  readonly algorithm?: SigningAlgorithm;
  /** Default: the system's. Give the verifier the same one. */
  readonly clock?: Clock;
  /** Nominal seconds; default 300. */
  readonly lifetimeSeconds?: number;
  /** Default 1. Give the verifier the same one. */
  readonly timeScale?: number;
}

/** A token by its parts; each left out is the valid one. Text and bytes go into the token as they are. */
export interface TokenParts {
  readonly header?: object | string | Uint8Array;
  readonly claims?: object | string | Uint8Array;
  readonly key?: TestKey;
}

/** Of a document of revocations: what is not as it should be. */
export interface DocumentParts {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: TestKey;
}

export interface TestKeySet {
  readonly keys: readonly PublicJwk[];
  readonly epoch: number;
  readonly version: number;
}

/**
 * An issuer in memory for the tests of services: no server, no network. It signs good tokens and deliberately bad ones.
 *
 * ```ts
 * const issuer = createTestIssuer();
 * const verifier = createVerifier(issuer.trust);
 * await verifier.verify(issuer.token({ scope: 'stock:read' }));  // { ok: true, caller }
 * await verifier.verify(issuer.broken('expired'));               // { ok: false, code: 'TOKEN_EXPIRED' }
 * ```
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  return new TestIssuer(options);
}

export class TestIssuer implements BreakableIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  readonly #algorithm: SigningAlgorithm;
  readonly #timeScale: number;
  readonly #lifetime: number;
  #keys: readonly TestKey[];
  #version = 1;
  /** Signs what is revoked, and no token. */
  readonly revocationKey: TestKey = newKey('ES256');

  constructor(options: TestIssuerOptions) {
    this.issuer = options.issuer ?? 'https://issuer.test';
    this.audience = options.audience ?? 'inventory';
    this.clock = options.clock ?? systemClock();
    this.#algorithm = options.algorithm ?? 'ES256';
    this.#timeScale = options.timeScale ?? 1;
    this.#lifetime = (options.lifetimeSeconds ?? 300) / this.#timeScale;
    this.#keys = [newKey(this.#algorithm)];
  }

  /** The options a verifier needs to accept these tokens; its keys follow every rotation at once, and nothing is revoked. */
  get trust(): {
    issuer: string;
    audience: string;
    keys: KeySource;
    revocations: RevocationSource;
    clock: Clock;
    algorithms: readonly SigningAlgorithm[];
  } {
    const { issuer, audience, clock } = this;
    const keys = followingKeySource(() => this.jwks());
    return { issuer, audience, clock, algorithms: [this.#algorithm], keys, revocations: NOTHING_REVOKED };
  }

  /** The key that signs now. */
  get key(): TestKey {
    return this.#keys.at(-1)!;
  }

  /** The key set as a JWKS endpoint would serve it. */
  jwks(): TestKeySet {
    return { keys: this.#keys.map(({ jwk }) => jwk), epoch: 1, version: this.#version };
  }

  /** A valid token for client `orders` with scope `stock:read`, but for the claims given; `undefined` leaves one out. */
  token(claims: Record<string, unknown> = {}): string {
    return this.sign({ claims: { ...this.claims(), ...claims } });
  }

  /** A token that fails for one reason alone. */
  broken(defect: TokenDefect): string {
    return brokenToken(this, defect);
  }

  claims(): AccessTokenClaims {
    const issuedAt = this.now();
    return {
      iss: this.issuer,
      sub: 'orders',
      client_id: 'orders',
      aud: this.audience,
      scope: 'stock:read',
      iat: issuedAt,
      exp: this.#numericDate(issuedAt + this.#lifetime),
      jti: randomUUID(),
    };
  }

  header(key: TestKey = this.key): { alg: SigningAlgorithm; kid: string; typ: string } {
    return { alg: key.algorithm, kid: key.kid, typ: ACCESS_TOKEN_TYP };
  }

  /** Signs whatever it is given, however wrong. */
  sign({ key = this.key, header = this.header(key), claims = this.claims() }: TokenParts): string {
    const input = `${encodePart(header)}.${encodePart(claims)}`;
    return joinCompact(input, signBytes(key.algorithm, key.privateKey, Buffer.from(input, 'latin1')));
  }

  /** The key set of what is revoked, as its own endpoint would serve it. */
  revocationKeys(): TestKeySet {
    return { keys: [this.revocationKey.jwk], epoch: 1, version: 1 };
  }

  /** What is revoked, as the issuer would serve it: entries, and the parts in which a test has it otherwise. */
  revocations(
    revoked: readonly RevokedEntry[] = [],
    { claims = {}, header = {}, key = this.revocationKey }: DocumentParts = {},
  ) {
    const asOf = this.clock.now() / 1000;
    const said = { iss: this.issuer, aud: REVOCATIONS_AUDIENCE, epoch: 1, sequence: revoked.length, as_of: asOf };
    const expected = { alg: key.algorithm, kid: key.kid, typ: REVOCATIONS_TYP };
    const nextBy = { next_by: asOf + 300 / this.#timeScale };
    return this.sign({ key, header: { ...expected, ...header }, claims: { ...said, ...nextBy, revoked, ...claims } });
  }

  /** Publishes a new key and signs with it from now on; the old ones stay in the set. */
  rotate(algorithm: SigningAlgorithm = this.#algorithm): TestKey {
    this.#publish([...this.#keys, newKey(algorithm)]);
    return this.key;
  }

  /** Takes a key out of the set, as when it is compromised. The last one stays. */
  remove(kid: string): void {
    const left = this.#keys.filter((key) => key.kid !== kid);
    if (left.length === 0) throw new TypeError('the last key cannot be removed: rotate first');
    this.#publish(left);
  }

  /** This moment as a NumericDate of this issuer's scale. */
  now(): number {
    return this.#numericDate(this.clock.now() / 1000);
  }

  #publish(keys: readonly TestKey[]): void {
    this.#keys = keys;
    this.#version += 1;
  }

  /** Whole seconds, or milliseconds where time is scaled. */
  #numericDate(seconds: number): number {
    return this.#timeScale === 1 ? Math.floor(seconds) : Math.round(seconds * 1000) / 1000;
  }
}

function encodePart(part: object | string | Uint8Array): string {
  const verbatim = typeof part === 'string' || part instanceof Uint8Array;
  return encodeBase64url(verbatim ? part : JSON.stringify(part));
}
