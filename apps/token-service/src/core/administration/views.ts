import type { RevocationKind, SigningAlgorithm } from '@mintmark/contract';
import type { CredentialKind } from '../model/client.ts';
import type { CompromiseScope } from '../model/compromise.ts';
import type { Policy } from '../model/policy.ts';
import type { SenderConstraint } from '../model/resource.ts';
import type { KeyState } from '../model/signing-key.ts';
import type { ExposureBounds } from '../model/timing.ts';
import type { Holdings } from '../ports/verifier-holdings.ts';

/** What operators are shown. Nothing in here is secret, but for the one answer that brings a new secret. */
export interface ClientView {
  readonly id: string;
  readonly disabled: boolean;
  readonly credentials: readonly { readonly kind: CredentialKind }[];
  readonly secrets: readonly SecretView[];
}

export interface SecretView {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface NewSecretView {
  readonly clientId: string;
  /** `null` in a plan. */
  readonly secretId: string | null;
  readonly secret: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly expiresOthersAt: Date | null;
}

/** Of one that was made, and not only planned. */
export interface MadeSecretView extends NewSecretView {
  readonly secretId: string;
  /** In clear, this once. */
  readonly secret: string;
}

export interface ResourceView {
  readonly id: string;
  readonly audience: string;
  readonly uri: string | null;
  readonly operatedBy: string | null;
  readonly scopes: readonly string[];
  readonly tokenLifetimeSeconds: number;
  readonly signingAlgorithm: SigningAlgorithm;
  readonly senderConstraint: SenderConstraint;
  readonly builtIn: boolean;
}

export type PolicyView = Policy;

export type ChangeKind = 'issuer' | 'resource' | 'client' | 'policy' | 'secret';
export type ChangeAction = 'create' | 'update' | 'remove' | 'expire';

export interface ChangeView {
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  readonly id: string;
  /** Values as JSON text; `null`: there was or will be none. */
  readonly fields: readonly { readonly name: string; readonly before: string | null; readonly after: string | null }[];
}

export interface RegistryChangeView {
  /** Afterwards; of a plan: the one it starts from. */
  readonly version: number;
  readonly changes: readonly ChangeView[];
  /** Of a plan: what to know before it is applied. */
  readonly warnings?: readonly string[];
}

/** `revocations`: the keys of the document that tells verifiers what is revoked. */
export const RING_NAMES = ['public', 'admin', 'revocations'] as const;
export type RingName = (typeof RING_NAMES)[number];
export type TransitionView = 'publish' | 'activate' | 'deactivate' | 'destroy';

export interface KeyView {
  readonly kid: string | null;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly activatedAt: Date | null;
  readonly signNotAfter: Date | null;
  readonly verifyUntil: Date | null;
  /** No token that it signed, or will sign, expires later. */
  readonly latestExpiry: Date | null;
  /** When the last of the tokens that it has signed expires; `null`: it has signed none. */
  readonly tokensUntil: Date | null;
  /** How many clients have a token of it that has not expired. */
  readonly tokenHolders: number;
  /** Verifiers that watch and have acknowledged a set with it; `null` of keys that nobody watches. */
  readonly heldBy: number | null;
  readonly next: NextView | null;
}

export interface NextView {
  readonly transition: TransitionView;
  readonly notBefore: Date;
  readonly waitsFor: GateView | null;
}

/** What a transition waits for. */
export type GateView = 'publish-ahead' | 'rotation-period' | 'last-token' | 'exposure' | 'set-size' | 'successor';

export interface RingView {
  readonly ring: RingName;
  readonly epoch: number;
  readonly version: number;
  readonly keys: readonly KeyView[];
  readonly verifiers: VerifiersView | null;
  /** Of the public ring: which key sets were named by those who asked this replica whether there is a newer one. */
  readonly sightings: readonly SightingView[];
}

export interface SightingView {
  readonly epoch: number;
  readonly version: number;
  readonly count: number;
  readonly lastSeen: Date;
}

/** Those that watch a key set. */
export interface VerifiersView {
  readonly watching: number;
  /** Whether others are to be expected, so that what these acknowledge does not shorten anything. */
  readonly foreign: 'possible' | 'none';
  /** The first few that have not acknowledged a key that is to sign next. */
  readonly laggards: readonly LaggardView[];
  /** How many more there are. */
  readonly moreLaggards: number;
}

export interface LaggardView extends VerifierView {
  readonly kid: string;
}

export interface VerifierView {
  readonly client: string;
  readonly resource: string;
  readonly instance: string;
}

export interface SeenVerifierView extends VerifierView {
  readonly heardAt: Date;
}

/** Who still trusts a key, and who still holds tokens of it. */
export interface KeyUsersView {
  readonly ring: RingName;
  readonly kid: string;
  readonly state: KeyState;
  readonly tokensUntil: Date | null;
  /** How many clients have a token of it that has not expired, and the first hundred of them. */
  readonly tokenHolders: number;
  readonly clients: readonly { readonly client: string; readonly until: Date }[];
  readonly foreign: 'possible' | 'none';
  readonly watching: number;
  readonly holding: number;
  /** The first hundred. */
  readonly holders: readonly SeenVerifierView[];
  readonly others: readonly SeenVerifierView[];
}

export interface TimelineEntry {
  readonly at: Date;
  readonly transition: TransitionView;
  /** `null`: a key that is not made yet. */
  readonly kid: string | null;
  readonly why: string;
}

/** What an order changed, or would. */
export interface RotationView {
  readonly ring: RingName;
  readonly algorithm: SigningAlgorithm;
  readonly planned: boolean;
  /** The key that signs afterwards; `null`: none does. */
  readonly activeKid: string | null;
  /** The key that signed before and does no more. */
  readonly retiredKid: string | null;
  /** Of a plan: when the last of the tokens that it has signed expires; `null`: it has signed none. */
  readonly retiredTokensUntil: Date | null;
  readonly version: number;
  readonly timeline: readonly TimelineEntry[];
  /** Of a plan: what it would be refused with if it were done now; `null`: it would be done. */
  readonly refusal: RefusalView | null;
}

/** Why an order cannot be carried out yet, and when it can. */
export interface RefusalView {
  readonly code: string;
  readonly notBefore: Date;
  readonly waitsFor: GateView;
  /** Without them it could be sooner. */
  readonly laggards: readonly LaggardView[];
}

/** What ended the trust in keys, or would. */
export interface CompromiseView {
  readonly planned: boolean;
  readonly scope: CompromiseScope;
  /** What is lost as a whole: key-encryption keys, or a token; empty: the key alone. */
  readonly custody: readonly string[];
  /** Whether it is remembered outside the database too; `null` in a plan. */
  readonly witnessed: boolean | null;
  readonly rings: readonly CompromisedRingView[];
  /** How long verifiers may still accept the keys. */
  readonly bounds: ExposureBounds;
}

export interface CompromisedRingView {
  readonly ring: RingName;
  readonly epoch: number;
  readonly version: number;
  readonly compromised: readonly {
    readonly kid: string;
    readonly algorithm: SigningAlgorithm;
    /** As it was. */
    readonly state: KeyState;
    /** Tokens of it that expire until then are refused from now on; `null`: it never signed. */
    readonly latestExpiry: Date | null;
  }[];
  readonly successions: readonly SuccessionView[];
}

/** Who signs after a key that did. */
export interface SuccessionView {
  readonly algorithm: SigningAlgorithm;
  readonly by: 'standby' | 'fresh-key' | 'nobody';
  /** `null`: a key that is not made yet, or none. */
  readonly kid: string | null;
  readonly signsFrom: Date;
  /** Whether it signs before verifiers can be counted on to hold it. */
  readonly overrides: boolean;
}

/** Which verifiers have said that they hold the key set of a ring as it is now. */
export interface HoldingsView extends Holdings {
  readonly ring: RingName;
  readonly epoch: number;
  readonly version: number;
}

/** What is to come, the earliest first. */
export interface KeyPlanView {
  readonly ring: RingName;
  readonly version: number;
  readonly timeline: readonly TimelineEntry[];
  /** Verifiers for which a key waits that it would not wait for otherwise: the first few. */
  readonly laggards: readonly LaggardView[];
  readonly moreLaggards: number;
}

/** What a revocation brings, or would. */
export interface RevocationView {
  readonly kind: 'token' | 'client';
  readonly id: string;
  readonly planned: boolean;
  /** No token that it concerns could be accepted after that; `null`: there is nothing to refuse. */
  readonly until: Date | null;
  /** Only what was issued before is refused; `null`: everything. */
  readonly issuedBefore: Date | null;
  /** Seconds until verifiers refuse. */
  readonly bounds: {
    readonly watchingSeconds: number;
    readonly pollingSeconds: number;
    /** Of one that polls a replica which has lost the database. */
    readonly behindCutOffReplicaSeconds: number;
  };
}

export interface RevokedView {
  readonly kind: RevocationKind;
  readonly id: string;
  readonly revokedAt: Date;
  readonly until: Date;
  readonly issuedBefore: Date | null;
  /** The client that gave the token back itself. */
  readonly byClient: string | null;
  readonly sequence: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
