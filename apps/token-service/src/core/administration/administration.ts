import type { SigningAlgorithm } from '@mintmark/contract';
import type { CredentialKind } from '../model/client.ts';
import type { CompromiseScope, WithoutStandby } from '../model/compromise.ts';
import type { DeclarationFile } from '../model/declaration.ts';
import type { Operator } from './operator.ts';
import type {
  ClientView,
  CompromiseView,
  NewSecretView,
  RegistryChangeView,
  RingName,
  RotationView,
  RevocationView,
} from './views.ts';

export interface NewClient {
  readonly id: string;
  readonly credentials: readonly { readonly kind: CredentialKind }[];
}

export interface CredentialRotation {
  readonly clientId: string;
  /** How long the other secrets go on; absent: until they are expired. */
  readonly expireOthersAfterSeconds?: number | undefined;
  /** Of one that got lost, or is used no more: the new one takes its place at once. */
  readonly replaceSecretId?: string | undefined;
}

export interface RevocationRequest {
  /** `admit`: what the client is issued from now on is accepted again. */
  readonly action: 'revoke' | 'admit';
  readonly kind: 'token' | 'client';
  /** `jti`, or client id. */
  readonly id: string;
  readonly reason?: string | undefined;
}

export interface RegistryChange {
  readonly file: DeclarationFile;
  /** What is not declared is removed. */
  readonly prune: boolean;
  /** Version that was planned on; absent: whatever it is now. */
  readonly baseVersion?: number;
}

/** Of the key that signs with an algorithm. */
export interface KeyRotation {
  readonly ring: RingName;
  readonly algorithm: SigningAlgorithm;
}

/** One key of a ring. */
export interface KeyChoice {
  readonly ring: RingName;
  readonly kid: string;
}

/** Of a key that is trusted no longer. */
export interface KeyCompromise extends KeyChoice {
  readonly scope: CompromiseScope;
  readonly reason: string;
  readonly withoutStandby: WithoutStandby;
}

/**
 * What operators change. A dry run is an implementation of its own, so what it says is decided by the same rules and there is
 * no flag that could be forgotten on the way to the database.
 *
 * Every method throws RequestError with the code and the way to mend it; then nothing was changed.
 */
export interface Administration {
  createClient(client: NewClient, operator: Operator): Promise<ClientView>;
  disableClient(id: string, operator: Operator): Promise<ClientView>;
  enableClient(id: string, operator: Operator): Promise<ClientView>;
  rotateCredential(rotation: CredentialRotation, operator: Operator): Promise<NewSecretView>;
  applyRegistry(change: RegistryChange, operator: Operator): Promise<RegistryChangeView>;
  /** Of tokens that are out already; that a client gets no more is another matter. */
  revoke(request: RevocationRequest, operator: Operator): Promise<RevocationView>;
  /** The next key takes over now, if verifiers have had the time to learn of it. */
  rotateKeys(rotation: KeyRotation, operator: Operator): Promise<RotationView>;
  /** Publishes the next key, where the schedule has not done so. */
  prepareKey(rotation: KeyRotation, operator: Operator): Promise<RotationView>;
  activateKey(key: KeyChoice, operator: Operator): Promise<RotationView>;
  /** Of a key in use: only together with the activation of its successor. */
  deactivateKey(key: KeyChoice, operator: Operator): Promise<RotationView>;
  /** One whose tokens are dead, or one that never signed. */
  destroyKey(key: KeyChoice, operator: Operator): Promise<RotationView>;
  /** Ends all trust in a key, or in everything that lies where it does. */
  compromiseKey(compromise: KeyCompromise, operator: Operator): Promise<CompromiseView>;
}
