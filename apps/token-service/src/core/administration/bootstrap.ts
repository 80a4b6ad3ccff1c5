import { recordAction } from '../audit/record-action.ts';
import type { SecretUsage } from '../authentication/secret-usage.ts';
import { ADMIN_RESOURCE, ADMIN_SCOPES } from '../model/admin-resource.ts';
import type { OperatorAction } from '../model/audit-event.ts';
import type { ClientSecret } from '../model/client.ts';
import { hasSecretSlot } from '../model/client.ts';
import { isEntityId, RESERVED_IDS } from '../model/entity-id.ts';
import { RequestError } from '../model/errors.ts';
import { policyId } from '../model/policy.ts';
import { NO_CHANGES, type RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { SecretUses } from '../ports/secret-uses.ts';
import type { MakeSecret } from '../registry/make-secret.ts';
import type { RefreshRegistry } from '../registry/refresh-registry.ts';
import { grantsAdministration } from './guard-operators.ts';
import { madeSecretView } from './made-secret-view.ts';
import { clientOf } from './registry-decision.ts';
import type { MadeSecretView } from './views.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'client' | 'transact'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
  readonly secretUses: Pick<SecretUses, 'of'>;
  readonly secretUsage: Pick<SecretUsage, 'flush'>;
  readonly makeSecret: Pick<MakeSecret, 'execute'>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Whether a declaration file says who the operators are; then only their first secret is made here. */
  readonly declared: boolean;
}

/**
 * Makes the first operator. Only whoever may use the host's socket gets this far, and only until that operator has used the secret:
 * before that it may have got lost, and then it is made anew.
 */
export class Bootstrap {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws RequestError BOOTSTRAP_DONE, CLIENT_EXISTS, CLIENT_UNKNOWN, OPERATOR_REQUIRED, SECRET_NOT_DECLARED */
  async execute(operator: string, requestId: string): Promise<MadeSecretView> {
    const { makeSecret, clock } = this.#ports;
    const made = makeSecret.execute(clock.now());
    const record = (outcome: Outcome) => this.#record(operator, requestId, outcome);
    const lost = 'The secret in it is lost: bootstrap again to make another.';
    await recordAction({ record, what: 'bootstrap', lost }, () => this.#commit(operator, made.stored, requestId));
    return madeSecretView(operator, made);
  }

  async #commit(operator: string, stored: ClientSecret, requestId: string): Promise<void> {
    const { repository, refreshRegistry, declared } = this.#ports;
    const decide = declared ? firstSecret : firstOperator;
    // Looked at before: of two that bootstrap at once, the second takes nothing from the first.
    const unused = await this.#unusedSecret(operator);
    await repository.transact((current) => {
      const changes = secretAnew(current, operator, { stored, unused }) ?? decide(current, operator, stored);
      return { actor: HOST, requestId, changes };
    });
    await refreshRegistry.execute().catch(() => undefined); // It is done: the next poll serves it.
  }

  /** Id of the one secret of a client, if nobody has used it. */
  async #unusedSecret(clientId: string): Promise<string | undefined> {
    const { repository, secretUsage, secretUses } = this.#ports;
    await secretUsage.flush();
    const uses = await secretUses.of([clientId]);
    const [secret, another] = (await repository.client(clientId))?.secrets ?? [];
    return another || (secret && uses.has(secret.id)) ? undefined : secret?.id;
  }

  #record(operator: string, requestId: string, outcome: Outcome): Promise<void> {
    const about = { event: 'operator.action', action: 'bootstrap', subject: operator, plan: false } as const;
    return this.#ports.audit.append({ ...about, time: this.#ports.clock.now(), requestId, actor: HOST, ...outcome });
  }
}

type Outcome = Pick<OperatorAction, 'outcome' | 'code'>;

const HOST = 'host';

interface Secrets {
  readonly stored: ClientSecret;
  /** Id of the one there was, if nobody had used it. */
  readonly unused: string | undefined;
}

/** In place of the one secret of the only operator, if nobody has used it: what bootstrap made, and no more. */
function secretAnew(current: StoredRegistry, id: string, { stored, unused }: Secrets): RegistryChanges | undefined {
  const operators = new Set(current.policies.filter(grantsAdministration).map(({ client }) => client));
  const [secret, another] = current.clients.find((client) => client.id === id)?.secrets ?? [];
  const isAlone = operators.size === 1 && operators.has(id);
  if (!isAlone || !secret || another || secret.id !== unused) return undefined;
  const removed = { action: 'remove', clientId: id, secretId: secret.id } as const;
  return { ...NO_CHANGES, secrets: [removed, { action: 'add', clientId: id, secret: stored }] };
}

function firstOperator(current: StoredRegistry, id: string, secret: ClientSecret): RegistryChanges {
  if (current.policies.some(grantsAdministration)) throw done('There is an operator already.');
  if (!isEntityId(id) || RESERVED_IDS.includes(id)) {
    throw new RequestError('PARAMETER_INVALID', 'operator takes the id of a client, such as operator.');
  }
  if (current.clients.some((client) => client.id === id)) {
    throw new RequestError('CLIENT_EXISTS', `There is a client ${id} already. Choose another name for the operator.`);
  }
  const client = { id, disabled: false, credentials: [{ kind: 'client_secret' as const }] };
  const resource = ADMIN_RESOURCE.id;
  const policy = { id: policyId(id, resource, 1), client: id, resource, scopes: ADMIN_SCOPES };
  return {
    ...NO_CHANGES,
    clients: [{ action: 'create', after: client }],
    policies: [{ action: 'create', after: policy }],
    secrets: [{ action: 'add', clientId: id, secret }],
  };
}

function firstSecret(current: StoredRegistry, id: string, secret: ClientSecret): RegistryChanges {
  const operators = new Set(current.policies.filter(grantsAdministration).map(({ client }) => client));
  const equipped = current.clients.find((client) => operators.has(client.id) && client.secrets.length > 0);
  if (equipped) throw done(`The operator ${equipped.id} has a secret already.`);
  if (!operators.has(id)) {
    const named =
      operators.size === 0 ? 'It grants it to nobody yet.' : `It grants it to: ${[...operators].join(', ')}.`;
    throw new RequestError(
      'OPERATOR_REQUIRED',
      `The declaration file rules, and does not grant ${id} registry:admin on mintmark-admin. ${named}`,
    );
  }
  if (!hasSecretSlot(clientOf(current, id))) {
    throw new RequestError(
      'SECRET_NOT_DECLARED',
      `The declaration file gives ${id} no credential of kind client_secret.`,
    );
  }
  return { ...NO_CHANGES, secrets: [{ action: 'add', clientId: id, secret }] };
}

function done(fact: string): RequestError {
  return new RequestError('BOOTSTRAP_DONE', `${fact} Ask that operator, or use its credential.`);
}
