import { mappingOf, type VerifierErrorCode } from '@mintmark/contract';
import type { JsonObject } from '@mintmark/jws';
import { CheckPlan } from './checks/check-plan.ts';
import type { Caller } from './caller.ts';
import type { Cancel, TimerClock } from './clock.ts';
import { readProof } from './dpop-proof.ts';
import type { Evidence } from './evidence.ts';
import type { Internals } from './internals.ts';
import type { KeySnapshot, KeyState, KeyStore } from './keys/key-store.ts';
import type { Settings } from './options.ts';
import { fixedRevocations, type RevocationStore } from './revocations/revocations.ts';
import { harmless, tellAll, type VerifierObserver } from './observer.ts';
import { IssuerTime } from './issuer-time.ts';
import { ProofUses } from './proof-uses.ts';
import { telemetry } from './telemetry.ts';
import { timesOf, type TokenTimes } from './token-claims.ts';
import { TokenExaminer, type ExaminedToken, type Outcome } from './token-examiner.ts';
import { accepted, refused, type Verdict } from './verdict.ts';
import { VerdictCache } from './verdict-cache.ts';
import { isKeyHeld, tokenOf, verifiedToken, type VerifiedToken } from './verified-token.ts';
import type { CallLimits, Verifier } from './verifier.ts';

const READY_TIMEOUT_SECONDS = 10;

/** Longest wait for a kid that is not held, in milliseconds; I/O, so not scaled. */
const UNKNOWN_KID_WAIT = 1_000;

/** The story of one verification; the checks themselves are in `checks/`. */
export class LocalVerifier implements Required<Verifier> {
  readonly timeScale: number;
  readonly #observer: Required<VerifierObserver>;
  readonly #revocations: RevocationStore;
  readonly #clock: TimerClock;
  readonly #plan: CheckPlan;
  readonly #issuerTime: IssuerTime;
  readonly #keys: KeyStore;
  readonly #unwatch: () => void;
  readonly #cache: VerdictCache | undefined;
  readonly #examiner: TokenExaminer;
  readonly #proofUses = new ProofUses();
  /** By the caller of each: those of another verifier, with a policy of its own, are not in it. */
  readonly #verified = new WeakMap<Caller, VerifiedToken>();

  constructor(settings: Settings, internals: Internals) {
    const { policy, clock, timeScale, cacheBytes } = settings;
    const measured = telemetry(policy.audience);
    const heard: VerifierObserver = {
      onKeySet: ({ clockOffset }) => void (clockOffset === undefined || this.#issuerTime.learn(clockOffset)),
    };
    const observer = tellAll([measured.observer, heard, ...settings.observers]);
    this.#issuerTime = new IssuerTime(clock, policy.leewaySeconds, (reason) =>
      observer.onAlarm({ kind: 'clock-wrong', reason }),
    );
    this.timeScale = timeScale;
    this.#observer = observer;
    this.#clock = clock;
    this.#plan = new CheckPlan(internals.checks, policy);
    this.#examiner = new TokenExaminer(this.#plan);
    this.#keys = settings.keys.open({ issuer: policy.issuer, clock, timeScale, observer });
    const { revocations } = internals;
    this.#revocations = revocations
      ? fixedRevocations(revocations)
      : settings.revocations.open({
          ...{ issuer: policy.issuer, clock, timeScale, observer },
          leewaySeconds: policy.leewaySeconds,
        });
    this.#unwatch = measured.watch(this.#keys, clock);
    this.#cache = cacheBytes > 0 ? new VerdictCache(cacheBytes, policy) : undefined;
  }

  get keyState(): KeyState {
    return this.#keys.state;
  }

  get knowsRevocations(): boolean {
    return this.#revocations.isUsable;
  }

  async ready({ timeoutSeconds = READY_TIMEOUT_SECONDS }: { readonly timeoutSeconds?: number } = {}): Promise<void> {
    const within = timeoutSeconds * 1000;
    await Promise.all([this.#keys.ready(within), this.#revocations.ready(within)]);
  }

  onRevoked(caller: Caller, act: () => void): Cancel {
    const token = tokenOf(caller);
    if (!token) return () => undefined;
    const tell = harmless<void>(act);
    let isWatched = true;
    const look = () => {
      if (!isWatched || this.#revocations.statusOf(token) !== 'revoked') return;
      stop();
      tell();
    };
    const stopListening = this.#revocations.onChange(look);
    const stop = () => {
      isWatched = false;
      stopListening();
    };
    // Between its verdict and now something may have been waited for, and the token revoked meanwhile.
    queueMicrotask(look);
    return stop;
  }

  endOf({ expiresAt }: Caller): VerifierErrorCode {
    const issuerTime = this.#issuerTime.ifOwnIsWrong;
    return issuerTime !== undefined && issuerTime < expiresAt * 1000 ? 'CLOCK_UNRELIABLE' : 'TOKEN_EXPIRED';
  }

  noteRefusal(code: VerifierErrorCode): void {
    this.#observer.onVerdict(code);
  }

  close(): void {
    this.#keys.close();
    this.#revocations.close();
    this.#unwatch();
  }

  async verify(token: string, evidence: Evidence = {}, limits: CallLimits = {}): Promise<Verdict> {
    const step = this.#verifiedToken(token, limits);
    const outcome = step instanceof Promise ? await step : step;
    const verdict = typeof outcome === 'string' ? this.#refused(outcome) : this.#conclude(outcome, token, evidence);
    this.#observer.onVerdict(verdict.ok ? 'OK' : verdict.code);
    return verdict;
  }

  async verifyAgain(caller: Caller): Promise<Verdict> {
    const verified = this.#verified.get(caller);
    if (!verified) throw new Error('A caller is verified again by the verifier that has let it in');
    const refusal =
      this.#refusalOfKey(verified) ?? this.#refusalOfTimes(verified.times) ?? this.#refusalOfRevocation(verified);
    if (refusal === undefined) return accepted(caller);
    this.#observer.onVerdict(refusal);
    return this.#refused(refusal);
  }

  /** Checks 2 to 8, but for the times: remembered, or done with the keys that are held, or after asking for the key. */
  #verifiedToken(token: string, limits: CallLimits): Outcome<VerifiedToken> | Promise<Outcome<VerifiedToken>> {
    if (typeof token !== 'string' || token === '') return 'TOKEN_MISSING';
    const snapshot = this.#livingKeys();
    const remembered = this.#cache?.find(token, snapshot);
    if (remembered) return remembered;
    const examined = this.#examiner.examine(token);
    if (typeof examined === 'string') return examined;
    return snapshot?.keys.has(examined.header.kid) ? this.#prove(examined, snapshot) : this.#askFirst(examined, limits);
  }

  async #askFirst(examined: ExaminedToken, { deadline }: CallLimits): Promise<Outcome<VerifiedToken>> {
    // A token that could not be accepted anyway causes no fetch: whoever makes one up is answered with what is at hand.
    const hopeless = this.#refusalOfClaims(examined.claims);
    if (hopeless) return hopeless;
    const { kid } = examined.header;
    const left = deadline === undefined ? UNKNOWN_KID_WAIT : deadline - this.#clock.now();
    const answer = await this.#keys.consult(kid, Math.max(0, Math.min(UNKNOWN_KID_WAIT, left)));
    this.#observer.onUnknownKid(answer);
    const snapshot = answer === 'settled' ? this.#livingKeys() : undefined;
    if (!snapshot) return 'KEYS_UNAVAILABLE';
    return snapshot.keys.has(kid) ? this.#prove(examined, snapshot) : 'KEY_UNKNOWN';
  }

  /** The held keys, unless they are too old to decide anything. */
  #livingKeys(): KeySnapshot | undefined {
    const { state, snapshot } = this.#keys;
    if (state === 'stale') this.#observer.onStaleServed();
    return this.#plan.refusal('keySet', { state }) === undefined ? snapshot : undefined;
  }

  /** Checks 6 to 8, but for the times. */
  #prove(examined: ExaminedToken, snapshot: KeySnapshot): Outcome<VerifiedToken> {
    const { token, header, claims, input, signature } = examined;
    const key = snapshot.keys.get(header.kid)!;
    const refusal =
      this.#plan.refusal('key', { header, key }) ??
      this.#plan.refusal('signature', { key, input, signature }) ??
      this.#plan.refusal('claims', { claims });
    if (refusal) return refusal;
    const verified = verifiedToken(header.kid, key, claims);
    this.#verified.set(verified.caller, verified);
    this.#examiner.remember(examined);
    this.#cache?.insert(token, verified, snapshot, this.#keys.snapshot);
    return verified;
  }

  /** What is asked at every use: the times of check 8, then 9 and 10. */
  #conclude(verified: VerifiedToken, token: string, evidence: Evidence): Verdict {
    const refusal =
      this.#refusalOfTimes(verified.times) ??
      this.#refusalOfBinding(verified, token, evidence) ??
      this.#refusalOfRevocation(verified);
    return refusal === undefined ? accepted(verified.caller) : this.#refused(refusal);
  }

  #refusalOfRevocation({ revocable }: VerifiedToken): VerifierErrorCode | undefined {
    return this.#plan.refusal('revocation', { token: revocable, revocations: this.#revocations });
  }

  #refusalOfKey(verified: VerifiedToken): VerifierErrorCode | undefined {
    const { state, snapshot } = this.#keys;
    const refusal = this.#plan.refusal('keySet', { state });
    if (refusal !== undefined) return refusal;
    if (snapshot && isKeyHeld(verified, snapshot)) return undefined;
    return state === 'stale' ? 'KEYS_UNAVAILABLE' : 'KEY_UNKNOWN';
  }

  #refusalOfBinding({ confirmation }: VerifiedToken, token: string, evidence: Evidence): VerifierErrorCode | undefined {
    const refusal = this.#plan.refusal('binding', { confirmation, evidence });
    const { dpop: call } = evidence;
    if (refusal || !call || confirmation?.jkt === undefined) return refusal;
    const proof = readProof(call.proofs[0] ?? '');
    if (!proof) return 'BINDING_MISMATCH';
    const { jkt } = confirmation;
    return this.#plan.refusal('proof', { proof, jkt, call, token, now: this.#nowInSeconds(), uses: this.#proofUses });
  }

  #refusalOfClaims(claims: JsonObject): VerifierErrorCode | undefined {
    return this.#plan.refusal('claims', { claims }) ?? this.#refusalOfTimes(timesOf(claims));
  }

  /** A clock that is known to be off accepts nothing more, but neither does it send a caller away whose token may be good. */
  #refusalOfTimes(times: TokenTimes): VerifierErrorCode | undefined {
    const refusal = this.#plan.refusal('times', { times, now: this.#nowInSeconds() });
    const issuerTime = refusal && this.#issuerTime.ifOwnIsWrong;
    if (issuerTime === undefined) return refusal;
    return this.#plan.refusal('times', { times, now: issuerTime / 1000 }) ? refusal : 'CLOCK_UNRELIABLE';
  }

  #nowInSeconds(): number {
    return this.#clock.now() / 1000;
  }

  #refused(code: VerifierErrorCode): Verdict {
    if (code === 'KEYS_UNAVAILABLE') return refused(code, this.#keys.retryAfterSeconds);
    return refused(code, mappingOf(code).retryable ? 1 : undefined);
  }
}
