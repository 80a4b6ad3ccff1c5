import { AuthenticatedClient, type AuthenticationPorts } from '../authentication/authenticate-client.ts';
import type { ClientEvidence } from '../authentication/evidence.ts';
import type { SecretUsage } from '../authentication/secret-usage.ts';
import type { TokenDenied } from '../model/audit-event.ts';
import { RequestError } from '../model/errors.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Registry } from '../registry/registry-snapshot.ts';

/** What HTTP and gRPC both turn their wire form into: a token, and who says something about it. */
export interface PresentedToken {
  readonly requestId: string;
  readonly evidence: ClientEvidence;
  readonly token: string;
}

export interface PresenterPorts extends Omit<AuthenticationPorts, 'registry' | 'now'> {
  readonly registry: Pick<Registry, 'snapshot'>;
  readonly secretUsage: Pick<SecretUsage, 'used'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Authenticates who presents a token, by the same rules as who asks for one, and leaves the same record of who is denied. */
export class Presenters {
  readonly #ports: PresenterPorts;
  readonly #endpoint: NonNullable<TokenDenied['endpoint']>;

  constructor(ports: PresenterPorts, endpoint: NonNullable<TokenDenied['endpoint']>) {
    this.#ports = ports;
    this.#endpoint = endpoint;
  }

  /** @throws RequestError as of IssueToken, once it is recorded */
  async authenticate({ requestId, evidence }: PresentedToken): Promise<AuthenticatedClient> {
    const { registry, secretUsage, clock } = this.#ports;
    const now = clock.now();
    try {
      const ports = { ...this.#ports, registry: registry.snapshot(), now };
      const client = await AuthenticatedClient.authenticate(evidence, ports);
      client.demandEnabled(registry.snapshot());
      if (client.usedSecret) secretUsage.used(client.credentialId, now);
      return client;
    } catch (error) {
      if (error instanceof RequestError) await this.#record(requestId, evidence, error);
      throw error;
    }
  }

  #record(requestId: string, evidence: ClientEvidence, { code, facts }: RequestError): Promise<void> {
    const client = typeof facts['client'] === 'string' ? facts['client'] : evidence.clientId;
    return this.#ports.audit.append({
      ...{ event: 'token.denied', time: this.#ports.clock.now(), requestId, code, endpoint: this.#endpoint },
      ...(client === undefined ? {} : { client: client.slice(0, LONGEST_CLAIM) }),
      ...(typeof facts['method'] === 'string' ? { method: facts['method'] } : {}),
      ...(typeof facts['reason'] === 'string' ? { reason: facts['reason'] } : {}),
    });
  }
}

/** A stranger decides what stands here: enough to recognise it, not enough to fill a disk. */
const LONGEST_CLAIM = 100;
