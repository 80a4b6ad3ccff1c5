import type { ClientSecret } from '../model/client.ts';
import type { RegistryChanges } from '../model/registry-changes.ts';
import { secondsAfter } from '../model/signing-key.ts';
import { decideRevocation, revocationsOf, type RevocationOrder } from '../model/revocation.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { Timing } from '../model/timing.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeclarationReader } from '../ports/declaration-reader.ts';
import type { ReadKeySet } from '../ports/key-repository.ts';
import type { KeyUses } from '../ports/key-uses.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { RevocationStore } from '../ports/revocation-store.ts';
import { SigningProviderError } from '../ports/signing-key-provider.ts';
import type { SecretUses } from '../ports/secret-uses.ts';
import { demandSameTime, momentOf } from '../model/database-clock.ts';
import type { KeyOrder } from '../keys/lifecycle/decide-order.ts';
import { refuseUnusable } from '../keys/refuse-unusable.ts';
import type {
  Administration,
  CredentialRotation,
  KeyChoice,
  KeyCompromise,
  KeyRotation,
  NewClient,
  RegistryChange,
  RevocationRequest,
} from './administration.ts';
import { clientOrder, demandRoomFor, tokenOrder } from './check-revocation.ts';
import { clientAfter, clientView } from './client-view.ts';
import { applyDeclaration } from './decide-apply.ts';
import { compromiseView, planInEachRing } from './compromise-rings.ts';
import { createClient, setDisabled } from './decide-client.ts';
import { rotateSecret } from './decide-secret.ts';
import { describeChanges } from './describe-changes.ts';
import { guardingOperators } from './guard-operators.ts';
import type { Operator } from './operator.ts';
import { orderView, refusalView, retiredBy } from './order-view.ts';
import { chosenAlgorithms, signingWarnings } from './plan-warnings.ts';
import { readDeclared } from './read-declared.ts';
import type { RegistryDecision } from './registry-decision.ts';
import { revocationView } from './revocation-view.ts';
import type { InspectedRings } from './rings.ts';
import { openingOf } from './rotation-timeline.ts';
import type {
  ClientView,
  CompromiseView,
  NewSecretView,
  RegistryChangeView,
  RingName,
  RotationView,
  RevocationView,
} from './views.ts';

/** Ports that can only be read from: there is nothing here with which to change anything. */
interface Ports {
  readonly repository: Pick<RegistryRepository, 'load'>;
  readonly revocations: Pick<RevocationStore, 'find' | 'load'>;
  readonly secretUses: Pick<SecretUses, 'of'>;
  readonly reader: DeclarationReader;
  readonly clock: Clock;
  readonly rings: InspectedRings;
  readonly keyUses: Pick<KeyUses, 'of'>;
  readonly timing: Timing;
  /** @throws RequestError DATABASE_OUTDATED if the database is older than it was */
  readonly demandCurrent: () => void;
}

/**
 * Says what a live run would do, refuses what it would refuse, and does nothing. What an order would only have to wait for is said
 * in its plan, with the moment from which on it is possible. Whether a key that is to sign opens shows when it is opened, not before.
 */
export class PlannedAdministration implements Administration {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  createClient(client: NewClient, operator: Operator): Promise<ClientView> {
    return this.#clientAfter(client.id, createClient(client), operator);
  }

  disableClient(id: string, operator: Operator): Promise<ClientView> {
    return this.#clientAfter(id, setDisabled(id, true), operator);
  }

  enableClient(id: string, operator: Operator): Promise<ClientView> {
    return this.#clientAfter(id, setDisabled(id, false), operator);
  }

  async rotateCredential(rotation: CredentialRotation, operator: Operator): Promise<NewSecretView> {
    const { clientId, expireOthersAfterSeconds, replaceSecretId: replaced } = rotation;
    const now = this.#ports.clock.now();
    const expireOthersAt = expireOthersAfterSeconds === undefined ? null : secondsAfter(now, expireOthersAfterSeconds);
    await this.#decide(rotateSecret(clientId, { secret: nobodysSecret(now), expireOthersAt, replaced }), operator);
    return { clientId, secretId: null, secret: null, createdAt: now, expiresAt: null, expiresOthersAt: expireOthersAt };
  }

  async applyRegistry({ file, prune }: RegistryChange, operator: Operator): Promise<RegistryChangeView> {
    const declared = await readDeclared(file, this.#ports.reader);
    const decision = applyDeclaration({ declared, name: file.name, prune });
    const { current, changes } = await this.#decide(decision, operator);
    const warnings = await this.#warnings(changes);
    return { version: current.version, changes: describeChanges(changes), warnings };
  }

  async revoke(request: RevocationRequest, operator: Operator): Promise<RevocationView> {
    const { repository, revocations, clock, timing } = this.#ports;
    const order =
      request.kind === 'token' ? tokenOrder(request) : clientOrder(request, await repository.load(), operator);
    const sent = clock.now();
    const { value: found, databaseTime } = await revocations.find(order.kind, order.id);
    const moment = momentOf({ databaseTime, sent, received: clock.now() }, timing);
    this.#ports.demandCurrent();
    await this.#demandRoom([order]);
    const revocation = decideRevocation(order, found, { moment, timing }) ?? found;
    return revocationView(request, revocation, { planned: true, timing });
  }

  rotateKeys({ ring, algorithm }: KeyRotation): Promise<RotationView> {
    return this.#order(ring, { verb: 'rotate', algorithm });
  }

  prepareKey({ ring, algorithm }: KeyRotation): Promise<RotationView> {
    return this.#order(ring, { verb: 'prepare', algorithm });
  }

  activateKey({ ring, kid }: KeyChoice): Promise<RotationView> {
    return this.#order(ring, { verb: 'activate', kid });
  }

  deactivateKey({ ring, kid }: KeyChoice): Promise<RotationView> {
    return this.#order(ring, { verb: 'deactivate', kid });
  }

  destroyKey({ ring, kid }: KeyChoice): Promise<RotationView> {
    return this.#order(ring, { verb: 'destroy', kid });
  }

  async compromiseKey(compromise: KeyCompromise): Promise<CompromiseView> {
    const { rings, timing } = this.#ports;
    this.#ports.demandCurrent();
    const outcomes = await planInEachRing(compromise, (ring, order) => rings[ring].compromiseKeys.plan(order));
    return compromiseView(outcomes, { ...compromise, witnessed: null, timing });
  }

  /** Keys that cannot be read are no reason to refuse a plan of something else. */
  async #warnings(changes: RegistryChanges): Promise<readonly string[]> {
    const { rings, timing } = this.#ports;
    const chosen = chosenAlgorithms(changes);
    if (chosen.size === 0) return [];
    try {
      return signingWarnings(chosen, await rings.public.repository.load(), timing);
    } catch (error) {
      if (error instanceof SigningProviderError) return [error.message];
      throw error;
    }
  }

  /** What is too early now is shown for the moment its gate opens. */
  async #order(ring: RingName, order: KeyOrder): Promise<RotationView> {
    const { rings, keyUses, timing } = this.#ports;
    const reading = await this.#load(ring);
    const { value: set, databaseTime: now } = reading;
    const ordered = await rings[ring].operateKeys.plan(order, reading);
    const retired = retiredBy(ordered.due);
    const plan = {
      refusal: refusalView(now, ordered),
      tokensUntil: await keyUses.of(retired === null ? [] : [retired]),
    };
    return orderView({ ring, due: ordered.due, at: openingOf(ordered, now), set, plan }, timing);
  }

  /** @throws RequestError KEYS_UNUSABLE, DATABASE_OUTDATED, KEYS_CLOCK_WRONG, as a live run does */
  async #load(ring: RingName): Promise<ReadKeySet> {
    const { rings, clock, timing } = this.#ports;
    const sent = clock.now();
    const reading = await rings[ring].repository.load().catch(refuseUnusable);
    this.#ports.demandCurrent();
    demandSameTime({ databaseTime: reading.databaseTime, sent, received: clock.now() }, timing);
    return reading;
  }

  async #clientAfter(id: string, decide: RegistryDecision, operator: Operator): Promise<ClientView> {
    const { current, changes } = await this.#decide(decide, operator);
    return clientView(clientAfter(id, current, changes), await this.#ports.secretUses.of([id]));
  }

  async #decide(decide: RegistryDecision, operator: Operator): Promise<Decided> {
    const current = await this.#ports.repository.load();
    this.#ports.demandCurrent();
    const changes = guardingOperators(decide, operator)(current);
    await this.#demandRoom(revocationsOf(changes));
    return { current, changes };
  }

  /** Verifiers read so many revocations and no more. */
  async #demandRoom(orders: readonly RevocationOrder[]): Promise<void> {
    if (orders.length === 0) return;
    demandRoomFor(orders, (await this.#ports.revocations.load()).value);
  }
}

interface Decided {
  readonly current: StoredRegistry;
  readonly changes: RegistryChanges;
}

/** Stands for a secret in a plan; it is never stored. */
function nobodysSecret(now: Date): ClientSecret {
  return { id: 'planned', digest: Buffer.alloc(0), digestKeyId: '', createdAt: now, expiresAt: null };
}
