import type { Client } from '../model/client.ts';
import { NO_CHANGES, type RegistryTransition } from '../model/registry-changes.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import { unknownClient, type SecretRefusal } from './generate-client-secret.ts';
import type { RefreshRegistry } from './refresh-registry.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'transactClient'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
}

export interface ExpiryRequest {
  readonly clientId: string;
  readonly secretId: string;
  readonly actor: string;
  /** From then on it is refused. Never later than the expiry it has. */
  readonly at: Date;
}

/** Ends a secret of a client, at once or at a given time. */
export class ExpireClientSecret {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async execute(request: ExpiryRequest): Promise<{ readonly ok: true; readonly expiresAt: Date } | SecretRefusal> {
    const { repository, refreshRegistry } = this.#ports;
    let refusal: SecretRefusal | undefined;
    let expiresAt = request.at;
    await repository.transactClient(request.clientId, (client): RegistryTransition => {
      refusal = refuse(client, request);
      if (refusal) return { actor: request.actor, changes: NO_CHANGES };
      expiresAt = earlier(request, client);
      const { clientId, secretId, actor } = request;
      return { actor, changes: { ...NO_CHANGES, secrets: [{ action: 'expire', clientId, secretId, at: expiresAt }] } };
    });
    if (refusal) return refusal;
    await refreshRegistry.execute();
    return { ok: true, expiresAt };
  }
}

function refuse(client: Client | undefined, { clientId, secretId }: ExpiryRequest): SecretRefusal | undefined {
  if (!client) return unknownClient(clientId);
  if (client.secrets.some(({ id }) => id === secretId)) return undefined;
  const known = client.secrets.map(({ id }) => id).join(', ') || 'none';
  const message = `Client ${clientId} has no secret ${JSON.stringify(secretId)}. It has: ${known}.`;
  return { ok: false, code: 'SECRET_UNKNOWN', message };
}

function earlier({ secretId, at }: ExpiryRequest, client: Client | undefined): Date {
  const set = client?.secrets.find(({ id }) => id === secretId)?.expiresAt;
  return set && set < at ? set : at;
}
