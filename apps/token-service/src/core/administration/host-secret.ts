import { recordAction } from '../audit/record-action.ts';
import type { OperatorAction } from '../model/audit-event.ts';
import type { Client } from '../model/client.ts';
import { NO_CHANGES } from '../model/registry-changes.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { MadeSecret, MakeSecret } from '../registry/make-secret.ts';
import type { RefreshRegistry } from '../registry/refresh-registry.ts';
import { addSecret } from './decide-secret.ts';
import { madeSecretView } from './made-secret-view.ts';
import { unknownClient } from './registry-decision.ts';
import type { MadeSecretView } from './views.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'transactClient'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
  readonly makeSecret: Pick<MakeSecret, 'execute'>;
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
  async execute(clientId: string, requestId: string): Promise<MadeSecretView> {
    const about = { event: 'operator.action', action: 'credential.rotate', subject: clientId, plan: false } as const;
    const record = (outcome: Pick<OperatorAction, 'outcome' | 'code'>) =>
      this.#ports.audit.append({ ...about, time: this.#ports.clock.now(), requestId, actor: HOST, ...outcome });
    const lost = 'The secret in it is lost: make another.';
    const recording = { record, what: `credential.rotate of ${clientId}`, lost };
    return madeSecretView(clientId, await recordAction(recording, () => this.#make(clientId, requestId)));
  }

  async #make(clientId: string, requestId: string): Promise<MadeSecret> {
    const { repository, refreshRegistry, makeSecret, clock } = this.#ports;
    const made = makeSecret.execute(clock.now());
    const secretsOf = (client: Client | undefined) => {
      if (!client) throw unknownClient(clientId);
      return addSecret(client, { secret: made.stored, expireOthersAt: null });
    };
    await repository.transactClient(clientId, (client) => ({
      actor: HOST,
      requestId,
      changes: { ...NO_CHANGES, secrets: secretsOf(client) },
    }));
    await refreshRegistry.execute().catch(() => undefined); // It is done: the next poll serves it.
    return made;
  }
}

const HOST = 'host';
