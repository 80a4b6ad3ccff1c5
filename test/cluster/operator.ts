import { setTimeout as delay } from 'node:timers/promises';
import {
  applyRegistry,
  bootstrap,
  createAdminClient,
  operatorSecret,
  planRegistry,
  rotateCredential,
  sendOverSocket,
  type AdminCall,
  type AdminClient,
  type NewSecret,
} from '@mintmark/admin-client';

interface OperatorPlace {
  readonly issuer: string;
  readonly adminUrl: string;
  /** Of the host of one replica. */
  readonly socket: string;
  readonly timeScale: number;
}

/** A replica that has been stopped does not answer; the next call gets another one. */
const TIMEOUT_SECONDS = 5;

/** Within which a change is served by every replica that is connected. */
const EVERYWHERE_SECONDS = 2;

/** Who administers the cluster. */
export class Operator {
  readonly #admin: AdminClient;

  private constructor(admin: AdminClient) {
    this.#admin = admin;
  }

  /** Makes the cluster's first operator. */
  static async bootstrap({ issuer, adminUrl, socket, timeScale }: OperatorPlace): Promise<Operator> {
    const { clientId, secret } = shown(await sendOverSocket(bootstrap('operator'), { path: socket }));
    // The next request may come to any replica, and a refusal would be remembered for a while.
    await delay((EVERYWHERE_SECONDS / timeScale) * 1000);
    const identity = operatorSecret({ clientId, secret });
    const timeoutSeconds = TIMEOUT_SECONDS;
    return new Operator(createAdminClient({ url: adminUrl, issuer, identity, timeScale, timeoutSeconds }));
  }

  send<Answer>(call: AdminCall<Answer>): Promise<Answer> {
    return this.#admin.send(call);
  }

  async apply(declaration: string): Promise<void> {
    const declared = { declaration, fileName: 'cluster.yaml' };
    const { baseVersion } = await this.send(planRegistry(declared));
    await this.send(applyRegistry(declared, baseVersion));
  }

  async newSecret(clientId: string): Promise<string> {
    return shown(await this.send(rotateCredential(clientId))).secret;
  }

  close(): void {
    this.#admin.close();
  }
}

/** @throws Error for what a dry run answers: that shows none */
function shown({ clientId, secret }: NewSecret): { clientId: string; secret: string } {
  if (secret === null) throw new Error(`no secret was made for ${clientId}`);
  return { clientId, secret };
}
