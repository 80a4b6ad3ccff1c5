import { recordAction } from '../audit/record-action.ts';
import type { OperatorAction } from '../model/audit-event.ts';
import { RequestError } from '../model/errors.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { GenerateClientSecret, GeneratedSecret } from '../registry/generate-client-secret.ts';
import type { NewSecretView } from './views.ts';

interface Ports {
  readonly generateClientSecret: Pick<GenerateClientSecret, 'execute'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** A secret for any client, by the word of whoever may use the host's socket or the files of the service. */
export class HostSecret {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws RequestError CLIENT_UNKNOWN, SECRET_NOT_DECLARED, SECRETS_EXHAUSTED */
  async execute(clientId: string, requestId: string): Promise<NewSecretView> {
    const about = { event: 'operator.action', action: 'credential.rotate', subject: clientId, plan: false } as const;
    const record = (outcome: Pick<OperatorAction, 'outcome' | 'code'>) =>
      this.#ports.audit.append({ ...about, time: this.#ports.clock.now(), requestId, actor: HOST, ...outcome });
    const lost = 'The secret in it is lost: make another.';
    const recording = { record, what: `credential.rotate of ${clientId}`, lost };
    const { secretId, secret, createdAt } = await recordAction(recording, () => this.#generate(clientId, requestId));
    return { clientId, secretId, secret, createdAt, expiresAt: null, expiresOthersAt: null };
  }

  async #generate(clientId: string, requestId: string): Promise<GeneratedSecret> {
    const outcome = await this.#ports.generateClientSecret.execute({ clientId, actor: HOST, requestId });
    if (outcome.ok) return outcome;
    throw new RequestError(outcome.code, outcome.message);
  }
}

const HOST = 'host';
