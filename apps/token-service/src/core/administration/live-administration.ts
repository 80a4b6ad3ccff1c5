import { isEmpty, type RegistryChanges } from '../model/registry-changes.ts';
import { RequestError } from '../model/errors.ts';
import { secondsAfter } from '../model/signing-key.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { Timing } from '../model/timing.ts';
import type { Clock } from '../ports/clock.ts';
import type { CompromiseIntents } from '../ports/compromise-intents.ts';
import type { DeclarationReader } from '../ports/declaration-reader.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { RevocationStore } from '../ports/revocation-store.ts';
import type { SecretUses } from '../ports/secret-uses.ts';
import type { MakeSecret } from '../registry/make-secret.ts';
import type { RefreshRegistry } from '../registry/refresh-registry.ts';
import type { RefreshRevocations } from '../revocation/refresh-revocations.ts';
import { compromiseTogether } from '../keys/lifecycle/compromise-together.ts';
import type { KeyOrder } from '../keys/lifecycle/decide-order.ts';
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
import { clientOrder, tokenOrder } from './check-revocation.ts';
import { clientAfter, clientView } from './client-view.ts';
import { applyDeclaration, RegistryMovedOn } from './decide-apply.ts';
import { compromiseView, planInEachRing } from './compromise-rings.ts';
import { createClient, setDisabled } from './decide-client.ts';
import { rotateSecret } from './decide-secret.ts';
import { describeChanges } from './describe-changes.ts';
import { guardingOperators } from './guard-operators.ts';
import { madeSecretView } from './made-secret-view.ts';
import type { Operator } from './operator.ts';
import { orderView } from './order-view.ts';
import { readDeclared } from './read-declared.ts';
import type { RegistryDecision } from './registry-decision.ts';
import { revocationView } from './revocation-view.ts';
import type { OperatedRings } from './rings.ts';
import type {
  ClientView,
  CompromiseView,
  NewSecretView,
  RegistryChangeView,
  RingName,
  RotationView,
  RevocationView,
} from './views.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'transact' | 'changesSince'>;
  readonly revocations: Pick<RevocationStore, 'record' | 'recordDecided'>;
  readonly refreshRevocations: Pick<RefreshRevocations, 'execute'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
  readonly secretUses: Pick<SecretUses, 'of'>;
  readonly reader: DeclarationReader;
  readonly makeSecret: Pick<MakeSecret, 'execute'>;
  readonly clock: Clock;
  readonly rings: OperatedRings;
  readonly intents: CompromiseIntents;
  readonly timing: Timing;
}

interface Committed {
  readonly version: number;
  /** As it was before. */
  readonly current: StoredRegistry;
  readonly changes: RegistryChanges;
}

/** Does what is asked: in one transaction, and live on this replica when it returns. */
export class LiveAdministration implements Administration {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  createClient(client: NewClient, operator: Operator): Promise<ClientView> {
    return this.#changeClient(client.id, createClient(client), operator);
  }

  disableClient(id: string, operator: Operator): Promise<ClientView> {
    return this.#changeClient(id, setDisabled(id, true), operator);
  }

  enableClient(id: string, operator: Operator): Promise<ClientView> {
    return this.#changeClient(id, setDisabled(id, false), operator);
  }

  async rotateCredential(rotation: CredentialRotation, operator: Operator): Promise<NewSecretView> {
    const { makeSecret, clock } = this.#ports;
    const { clientId, expireOthersAfterSeconds, replaceSecretId: replaced } = rotation;
    const now = clock.now();
    const made = makeSecret.execute(now);
    const expireOthersAt = expireOthersAfterSeconds === undefined ? null : secondsAfter(now, expireOthersAfterSeconds);
    await this.#commit(rotateSecret(clientId, { secret: made.stored, expireOthersAt, replaced }), operator);
    return madeSecretView(clientId, made, expireOthersAt);
  }

  async applyRegistry({ file, ...change }: RegistryChange, operator: Operator): Promise<RegistryChangeView> {
    const declared = await readDeclared(file, this.#ports.reader);
    try {
      const decision = applyDeclaration({ ...change, declared, name: file.name });
      const { version, changes } = await this.#commit(decision, operator);
      return { version, changes: describeChanges(changes) };
    } catch (error) {
      if (!(error instanceof RegistryMovedOn)) throw error;
      throw await this.#conflict(error, change.baseVersion ?? 0);
    }
  }

  async revoke(request: RevocationRequest, operator: Operator): Promise<RevocationView> {
    const { revocations, timing } = this.#ports;
    const { reason } = request;
    const author = { actor: operator.clientId, ...(reason === undefined ? {} : { reason }) };
    const decide = (current: StoredRegistry) => clientOrder(request, current, operator);
    const revocation = await (request.kind === 'token'
      ? revocations.record(tokenOrder(request), author)
      : revocations.recordDecided(decide, author));
    await this.#tellVerifiers();
    return revocationView(request, revocation, { planned: false, timing });
  }

  rotateKeys({ ring, algorithm }: KeyRotation, operator: Operator): Promise<RotationView> {
    return this.#order(ring, { verb: 'rotate', algorithm }, operator);
  }

  prepareKey({ ring, algorithm }: KeyRotation, operator: Operator): Promise<RotationView> {
    return this.#order(ring, { verb: 'prepare', algorithm }, operator);
  }

  activateKey({ ring, kid }: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#order(ring, { verb: 'activate', kid }, operator);
  }

  deactivateKey({ ring, kid }: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#order(ring, { verb: 'deactivate', kid }, operator);
  }

  destroyKey({ ring, kid }: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#order(ring, { verb: 'destroy', kid }, operator);
  }

  async compromiseKey(compromise: KeyCompromise, operator: Operator): Promise<CompromiseView> {
    const { rings, intents, timing } = this.#ports;
    // What one ring would refuse is refused before anything is done in another.
    const planned = await planInEachRing(compromise, (ring, order) => rings[ring].compromiseKeys.plan(order));
    const parts = planned.map(({ ring, order, outcome }) => ({
      ...{ keys: rings[ring].compromiseKeys, order, planned: outcome },
    }));
    const done = await compromiseTogether(parts, operator.clientId, intents);
    await this.#tellVerifiers();
    const outcomes = planned.map(({ ring }, index) => ({ ring, outcome: done[index]! }));
    return compromiseView(outcomes, { ...compromise, witnessed: intents.areKept(), timing });
  }

  async #order(ring: RingName, order: KeyOrder, operator: Operator): Promise<RotationView> {
    const { rings, timing } = this.#ports;
    const operated = await rings[ring].operateKeys.execute(order, operator.clientId);
    return orderView({ ...operated, ring }, timing);
  }

  async #commit(decide: RegistryDecision, operator: Operator): Promise<Committed> {
    const { repository, refreshRegistry } = this.#ports;
    const guarded = guardingOperators(decide, operator);
    let committed: Omit<Committed, 'version'> | undefined;
    const version = await repository.transact((current) => {
      committed = { current, changes: guarded(current) };
      return { actor: operator.clientId, requestId: operator.requestId, changes: committed.changes };
    });
    // It is done, and must not be told as undone: where this fails, the next poll serves it.
    if (!isEmpty(committed!.changes)) await refreshRegistry.execute().catch(() => undefined);
    if (committed!.changes.clients.length > 0) await this.#tellVerifiers();
    return { version, ...committed! };
  }

  /** At once, on this replica. It is recorded: where that fails, the next poll does it. */
  async #tellVerifiers(): Promise<void> {
    await this.#ports.refreshRevocations.execute().catch(() => undefined);
  }

  async #changeClient(id: string, decide: RegistryDecision, operator: Operator): Promise<ClientView> {
    const uses = await this.#ports.secretUses.of([id]); // Before: once it is done, nothing may fail.
    const { current, changes } = await this.#commit(decide, operator);
    return clientView(clientAfter(id, current, changes), uses);
  }

  async #conflict({ currentVersion }: RegistryMovedOn, baseVersion: number): Promise<RequestError> {
    const changesSince = await this.#ports.repository.changesSince(baseVersion);
    const named = changesSince.slice(0, 3).map(({ action, kind, id, actor }) => `${action} ${kind} ${id} by ${actor}`);
    const more = changesSince.length > named.length ? `, and ${changesSince.length - named.length} more` : '';
    return new RequestError(
      'REGISTRY_CONFLICT',
      `The registry is at version ${currentVersion}, the plan was made on ${baseVersion}. Since then: ` +
        `${named.join(', ') || 'nothing that is recorded'}${more}. Plan again.`,
      {},
      { currentVersion, changesSince },
    );
  }
}
