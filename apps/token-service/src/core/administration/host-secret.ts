import { recordDone } from '../audit/record-done.ts';
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
    await this.#record(clientId, requestId, { outcome: 'begun' });
    const { secretId, secret, createdAt } = await this.#generate(clientId, requestId);
    const lost = 'The secret in it is lost: make another.';
    await recordDone(
      () => this.#record(clientId, requestId, { outcome: 'done' }),
      `credential.rotate of ${clientId}`,
      lost,
    );
    return { clientId, secretId, secret, createdAt, expiresAt: null, expiresOthersAt: null };
  }

  async #generate(clientId: string, requestId: string): Promise<GeneratedSecret> {
    const outcome = await this.#ports.generateClientSecret.execute({ clientId, actor: HOST, requestId });
    if (outcome.ok) return outcome;
    const { code, message } = outcome;
    await this.#record(clientId, requestId, { outcome: 'denied', code });
    throw new RequestError(code, message);
  }

  #record(subject: string, requestId: string, outcome: Pick<OperatorAction, 'outcome' | 'code'>): Promise<void> {
    const about = { event: 'operator.action', action: 'credential.rotate', subject, plan: false } as const;
    return this.#ports.audit.append({ ...about, time: this.#ports.clock.now(), requestId, actor: HOST, ...outcome });
  }
}

const HOST = 'host';
