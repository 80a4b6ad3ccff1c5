export type { Caller } from './caller.ts';
export type { Cancel, Clock, TimerClock } from './clock.ts';
export { systemClock } from './clock.ts';
export { createVerifier } from './create-verifier.ts';
export type { DpopEvidence, Evidence } from './evidence.ts';
export { readExternalUrl } from './external-url.ts';
export type { KeyContext, KeySetVersion, KeySnapshot, KeySource, KeyState, KeyStore } from './keys/key-store.ts';
export type { FeedContext, HeldKeySet, KeySetFeed, KeySetListener } from './keys/key-set-feed.ts';
export { localKeySet } from './keys/local-key-set.ts';
export { remoteKeySet, type RemoteKeySetOptions } from './keys/remote-key-set.ts';
export { harmless } from './observer.ts';
export type { KeyAlarm, KeySetEvent, RevocationsEvent, VerifierObserver } from './observer.ts';
export type { VerifierOptions } from './options.ts';
export { remoteRevocations, type RemoteRevocationsOptions } from './revocations/remote-revocations.ts';
export type {
  RevocableToken,
  RevocationContext,
  RevocationPosition,
  RevocationSource,
  RevocationStore,
  Wake,
} from './revocations/revocations.ts';
export { readCredential, type Credential, type CredentialSource } from './read-credential.ts';
export { requireScopes } from './require-scopes.ts';
export type { Accepted, Refused, Verdict } from './verdict.ts';
export { tokenOf } from './verified-token.ts';
export type { CallLimits, Verifier } from './verifier.ts';
