import type { VerifierErrorCode } from '@mintmark/contract';
import type { JsonObject } from '@mintmark/jws';
import type { Internals } from './internals.ts';
import { callerOf } from './caller.ts';
import { CheckPlan } from './checks/check-plan.ts';
import type { TimerClock } from './clock.ts';
import type { Evidence } from './evidence.ts';
import type { KeySnapshot, KeyState, KeyStore } from './keys/key-store.ts';
import type { Settings } from './options.ts';
import type { Revocations } from './revocations.ts';
import { confirmationOf, timesOf, type AccessClaims } from './token-claims.ts';
import { readJson, readSegments, readText, signingInputOf, type TokenHeader } from './token-text.ts';
import { accepted, refused, type Verdict } from './verdict.ts';
import type { CallLimits, Verifier } from './verifier.ts';
import type { VerifiedToken } from './verified-token.ts';

const READY_TIMEOUT_SECONDS = 10;

/** Longest wait for a kid that is not held, in milliseconds; I/O, so not scaled. */
const UNKNOWN_KID_WAIT = 1_000;

/** A token whose form and header are in order; what it says is not yet known to be true. */
interface ExaminedToken {
  readonly token: string;
  readonly header: TokenHeader;
  readonly claims: JsonObject;
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** Either what came out of a step, or the code that ends the verification. */
type Outcome<Value> = Value | VerifierErrorCode;

/** The story of one verification; the checks themselves are in `checks/`. */
export class LocalVerifier implements Verifier {
  readonly timeScale: number;
  readonly #keys: KeyStore;
  readonly #clock: TimerClock;
  readonly #plan: CheckPlan;
  readonly #revocations: Revocations;
  readonly #settings: Settings;

  constructor(settings: Settings, { checks, revocations }: Internals) {
    const { policy, clock, timeScale, observer } = settings;
    this.timeScale = timeScale;
    this.#settings = settings;
    this.#clock = clock;
    this.#plan = new CheckPlan(checks, policy);
    this.#revocations = revocations;
    this.#keys = settings.keys.open({ issuer: policy.issuer, clock, timeScale, observer });
  }

  get keyState(): KeyState {
    return this.#keys.state;
  }

  ready({ timeoutSeconds = READY_TIMEOUT_SECONDS }: { readonly timeoutSeconds?: number } = {}): Promise<void> {
    return this.#keys.ready(timeoutSeconds * 1000);
  }

  close(): void {
    this.#keys.close();
  }

  async verify(token: string, evidence: Evidence = {}, limits: CallLimits = {}): Promise<Verdict> {
    const outcome = await this.#verifyInFull(token, limits);
    const verdict = typeof outcome === 'string' ? this.#refused(outcome) : this.#conclude(outcome, token, evidence);
    this.#settings.observer.onVerdict(verdict.ok ? 'OK' : verdict.code);
    return verdict;
  }

  /** Checks 2 to 8, all but the times: what about a token stays true for as long as its key is held. */
  async #verifyInFull(token: string, limits: CallLimits): Promise<Outcome<VerifiedToken>> {
    const examined = this.#examine(token);
    if (typeof examined === 'string') return examined;
    const snapshot = this.#usableKeys(examined.header.kid) ?? (await this.#askForKey(examined, limits));
    return typeof snapshot === 'string' ? snapshot : this.#prove(examined, snapshot);
  }

  /** Checks 2 to 5. */
  #examine(token: string): Outcome<ExaminedToken> {
    if (typeof token !== 'string' || token === '') return 'TOKEN_MISSING';
    const text = readText(token);
    const badText = this.#plan.refusal('text', text);
    if (badText) return badText;
    const segments = readSegments(text);
    const badEncoding = this.#plan.refusal('encoding', { segments: Object.values(segments) });
    if (badEncoding) return badEncoding;
    const header = readJson(segments.header);
    const payload = readJson(segments.payload);
    if (!header || !payload) return 'TOKEN_MALFORMED';
    const bad =
      this.#plan.refusal('json', { segments: [header, payload] }) ??
      this.#plan.refusal('header', { header: header.json.value });
    if (bad) return bad;
    return {
      token,
      header: header.json.value as unknown as TokenHeader,
      claims: payload.json.value,
      input: signingInputOf(text),
      signature: segments.signature.bytes,
    };
  }

  /** The held keys, if they have this kid and may still be used. */
  #usableKeys(kid: string): KeySnapshot | undefined {
    const { snapshot } = this.#keys;
    if (!snapshot?.keys.has(kid)) return undefined;
    return this.#plan.refusal('keySet', { state: this.#keys.state }) === undefined ? snapshot : undefined;
  }

  /** A token that could not be accepted anyway causes no fetch: whoever makes one up pays with nothing but noise. */
  async #askForKey({ header, claims }: ExaminedToken, { deadline }: CallLimits): Promise<Outcome<KeySnapshot>> {
    const hopeless = this.#plan.refusal('claims', { claims }) ?? this.#timeRefusal(claims);
    if (hopeless) return hopeless;
    const left = deadline === undefined ? UNKNOWN_KID_WAIT : deadline - this.#clock.now();
    const answer = await this.#keys.consult(header.kid, Math.max(0, Math.min(UNKNOWN_KID_WAIT, left)));
    if (answer === 'unavailable') return 'KEYS_UNAVAILABLE';
    return this.#usableKeys(header.kid) ?? 'KEY_UNKNOWN';
  }

  /** Checks 6 to 8, all but the times. */
  #prove({ header, claims, input, signature }: ExaminedToken, snapshot: KeySnapshot): Outcome<VerifiedToken> {
    const key = snapshot.keys.get(header.kid)!;
    const refusal =
      this.#plan.refusal('key', { header, key }) ??
      this.#plan.refusal('signature', { key, input, signature }) ??
      this.#plan.refusal('claims', { claims });
    return refusal ?? verifiedToken(header, claims as unknown as AccessClaims);
  }

  /** What is asked at every use, cached or not: the times of check 8, then 9 and 10. */
  #conclude(verified: VerifiedToken, token: string, evidence: Evidence): Verdict {
    const { caller, times, confirmation, claims, kid } = verified;
    const now = this.#nowInSeconds();
    const refusal =
      this.#plan.refusal('times', { times, now }) ??
      this.#plan.refusal('binding', { confirmation, evidence, token, now }) ??
      this.#plan.refusal('revocation', { claims, kid, revocations: this.#revocations });
    return refusal === undefined ? accepted(caller) : this.#refused(refusal);
  }

  #timeRefusal(claims: JsonObject): VerifierErrorCode | undefined {
    return this.#plan.refusal('times', { times: timesOf(claims), now: this.#nowInSeconds() });
  }

  #nowInSeconds(): number {
    return this.#clock.now() / 1000;
  }

  #refused(code: VerifierErrorCode): Verdict {
    if (code === 'KEYS_UNAVAILABLE') return refused(code, this.#keys.retryAfterSeconds);
    return refused(code, code === 'REVOCATION_UNAVAILABLE' ? 1 : undefined);
  }
}

function verifiedToken({ kid }: TokenHeader, claims: AccessClaims): VerifiedToken {
  const { client_id: clientId, sub: subject, aud: audience, iss: issuer, jti: tokenId } = claims;
  const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
  const caller = { clientId, subject, audience, issuer, scopes, tokenId, issuedAt: claims.iat, expiresAt: claims.exp };
  const asJson = claims as unknown as JsonObject;
  return { caller: callerOf(caller), kid, claims, times: timesOf(asJson), confirmation: confirmationOf(asJson) };
}
