import { recordAction, recordingFailure } from '../audit/record-action.ts';
import type { OperatorAction } from '../model/audit-event.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
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
import type { Operator } from './operator.ts';
import type {
  ClientView,
  CompromiseView,
  NewSecretView,
  RegistryChangeView,
  RotationView,
  RevocationView,
} from './views.ts';

interface Ports {
  readonly behind: Administration;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Whether what is behind only plans. */
  readonly plan: boolean;
}

type Subject = Pick<OperatorAction, 'action' | 'subject'>;
type Outcome = Pick<OperatorAction, 'outcome' | 'code'>;

/**
 * Writes down what operators do: that it begins, before anything is changed, and how it ended, before the answer leaves.
 * While that is not possible, nothing is done.
 */
export class AuditedAdministration implements Administration {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  createClient(client: NewClient, operator: Operator): Promise<ClientView> {
    const subject = { action: 'client.create', subject: client.id } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.createClient(client, operator));
  }

  disableClient(id: string, operator: Operator): Promise<ClientView> {
    const subject = { action: 'client.disable', subject: id } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.disableClient(id, operator));
  }

  enableClient(id: string, operator: Operator): Promise<ClientView> {
    const subject = { action: 'client.enable', subject: id } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.enableClient(id, operator));
  }

  rotateCredential(rotation: CredentialRotation, operator: Operator): Promise<NewSecretView> {
    const subject = { action: 'credential.rotate', subject: rotation.clientId } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.rotateCredential(rotation, operator));
  }

  applyRegistry(change: RegistryChange, operator: Operator): Promise<RegistryChangeView> {
    const subject = { action: 'registry.apply', subject: change.file.name } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.applyRegistry(change, operator));
  }

  revoke(request: RevocationRequest, operator: Operator): Promise<RevocationView> {
    const action = request.action === 'admit' ? 'client.admit' : (`${request.kind}.revoke` as const);
    return this.#recorded({ action, subject: request.id }, operator, () =>
      this.#ports.behind.revoke(request, operator),
    );
  }

  rotateKeys(rotation: KeyRotation, operator: Operator): Promise<RotationView> {
    const subject = { action: 'keys.rotate', subject: `${rotation.ring}/${rotation.algorithm}` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.rotateKeys(rotation, operator));
  }

  prepareKey(rotation: KeyRotation, operator: Operator): Promise<RotationView> {
    const subject = { action: 'keys.prepare', subject: `${rotation.ring}/${rotation.algorithm}` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.prepareKey(rotation, operator));
  }

  activateKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    const subject = { action: 'keys.activate', subject: `${key.ring}/${key.kid}` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.activateKey(key, operator));
  }

  deactivateKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    const subject = { action: 'keys.deactivate', subject: `${key.ring}/${key.kid}` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.deactivateKey(key, operator));
  }

  destroyKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    const subject = { action: 'keys.destroy', subject: `${key.ring}/${key.kid}` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.destroyKey(key, operator));
  }

  compromiseKey(compromise: KeyCompromise, operator: Operator): Promise<CompromiseView> {
    const { ring, kid, scope } = compromise;
    const subject = { action: 'keys.compromise', subject: `${ring}/${kid} (${scope})` } as const;
    return this.#recorded(subject, operator, () => this.#ports.behind.compromiseKey(compromise, operator));
  }

  async #recorded<Result>(subject: Subject, operator: Operator, act: () => Promise<Result>): Promise<Result> {
    const record = (outcome: Outcome) => this.#append(subject, operator, outcome);
    const what = `${subject.action} of ${subject.subject}`;
    const lost = subject.action === 'credential.rotate' ? 'The secret in it is lost: make another.' : undefined;
    if (!this.#ports.plan) return recordAction({ record, what, lost }, act);
    const result = await recordingFailure({ record }, act);
    await record({ outcome: 'done' });
    return result;
  }

  #append(subject: Subject, operator: Operator, outcome: Outcome): Promise<void> {
    const { audit, clock, plan } = this.#ports;
    const { requestId, clientId: actor, tokenId: jti, scopes } = operator;
    return audit.append({
      event: 'operator.action',
      time: clock.now(),
      ...{ requestId, actor, jti, scopes },
      ...subject,
      plan,
      ...outcome,
    });
  }
}
