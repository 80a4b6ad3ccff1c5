import { hasSecretSlot, isLiveSecret, MAX_LIVE_SECRETS, type Client, type ClientSecret } from '../model/client.ts';
import { NO_CHANGES, type RegistryTransition, type SecretChange } from '../model/registry-changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Randomness } from '../ports/randomness.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import type { RefreshRegistry } from './refresh-registry.ts';
import { formatSecret, SECRET_BYTES } from './secret-format.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'transactClient'>;
  readonly refreshRegistry: Pick<RefreshRegistry, 'execute'>;
  readonly digests: SecretDigest;
  readonly randomness: Randomness;
  readonly ids: Ids;
  readonly clock: Clock;
}

export interface SecretRequest {
  readonly clientId: string;
  /** Who asks, for the event. */
  readonly actor: string;
  readonly requestId?: string;
}

export interface GeneratedSecret {
  readonly ok: true;
  readonly secretId: string;
  /** In clear, this once: only its digest is kept. */
  readonly secret: string;
  readonly createdAt: Date;
}

export interface SecretRefusal {
  readonly ok: false;
  readonly code: 'CLIENT_UNKNOWN' | 'SECRET_NOT_DECLARED' | 'SECRETS_EXHAUSTED';
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** Makes a secret for a client, beside the one it may have: old and new overlap until the old one is expired. */
export class GenerateClientSecret {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async execute(request: SecretRequest): Promise<GeneratedSecret | SecretRefusal> {
    const { repository, refreshRegistry, randomness, clock } = this.#ports;
    const now = clock.now();
    const secret = formatSecret(randomness.bytes(SECRET_BYTES));
    const stored = this.#toStore(secret, now);
    let refusal: SecretRefusal | undefined;
    await repository.transactClient(request.clientId, (client): RegistryTransition => {
      refusal = refuse(client, request.clientId, now);
      const secrets = client && !refusal ? addition(client, stored, now) : [];
      const { actor, requestId } = request;
      return { actor, ...(requestId === undefined ? {} : { requestId }), changes: { ...NO_CHANGES, secrets } };
    });
    if (refusal) return refusal;
    await refreshRegistry.execute().catch(() => undefined); // It is done: the next poll serves it.
    return { ok: true, secretId: stored.id, secret, createdAt: now };
  }

  #toStore(secret: string, createdAt: Date): ClientSecret {
    const { digests, ids } = this.#ports;
    const digest = { digest: digests.digest(secret), digestKeyId: digests.keyId };
    return { id: ids.next(), ...digest, createdAt, expiresAt: null };
  }
}

function addition(client: Client, secret: ClientSecret, now: Date): readonly SecretChange[] {
  const expired = client.secrets.filter((each) => !isLiveSecret(each, now));
  return [
    ...expired.map(({ id }) => ({ action: 'remove' as const, clientId: client.id, secretId: id })),
    { action: 'add', clientId: client.id, secret },
  ];
}

function refuse(client: Client | undefined, clientId: string, now: Date): SecretRefusal | undefined {
  if (!client) return unknownClient(clientId);
  if (!hasSecretSlot(client)) {
    const message = `Client ${clientId} is not declared to use a secret. Add \`kind: client_secret\` to its credentials and apply that first.`;
    return { ok: false, code: 'SECRET_NOT_DECLARED', message };
  }
  const live = client.secrets.filter((secret) => isLiveSecret(secret, now));
  return live.length < MAX_LIVE_SECRETS ? undefined : exhausted(clientId, live);
}

function exhausted(clientId: string, live: readonly ClientSecret[]): SecretRefusal {
  const [oldest] = live.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const age = oldest && `${oldest.id}, made ${oldest.createdAt.toISOString()}`;
  const message =
    `Client ${clientId} has ${live.length} live secrets already. Move all its instances to the newer one (the older: ${age}), ` +
    'then let mintmark clients rotate-credential --expire-others-after make the next.';
  return { ok: false, code: 'SECRETS_EXHAUSTED', message };
}

function unknownClient(clientId: string): SecretRefusal {
  const message = `There is no client ${JSON.stringify(clientId)}. Declare it and apply that first.`;
  return { ok: false, code: 'CLIENT_UNKNOWN', message };
}
