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
import { knownEverywhere } from './known-everywhere.ts';

interface OperatorPlace {
  readonly issuer: string;
  readonly adminUrl: string;
  /** Of the host of one replica. */
  readonly socket: string;
  /** The addresses of all that run, past any load balancer. */
  readonly replicas: () => readonly string[];
  readonly timeScale: number;
}

/** A replica that has been stopped does not answer; the next call gets another one. */
const TIMEOUT_SECONDS = 5;

/** Who administers the cluster. */
export class Operator {
  readonly #admin: AdminClient;
  readonly #replicas: OperatorPlace['replicas'];

  private constructor(admin: AdminClient, replicas: OperatorPlace['replicas']) {
    this.#admin = admin;
    this.#replicas = replicas;
  }

  /** Makes the cluster's first operator. */
  static async bootstrap({ issuer, adminUrl, socket, replicas, timeScale }: OperatorPlace): Promise<Operator> {
    const made = shown(await sendOverSocket(bootstrap('operator'), { path: socket }));
    await knownEverywhere(replicas(), made);
    const identity = operatorSecret(made);
    const timeoutSeconds = TIMEOUT_SECONDS;
    const admin = createAdminClient({ url: adminUrl, issuer, identity, timeScale, timeoutSeconds });
    return new Operator(admin, replicas);
  }

  send<Answer>(call: AdminCall<Answer>): Promise<Answer> {
    return this.#admin.send(call);
  }

  async apply(declaration: string): Promise<void> {
    const declared = { declaration, fileName: 'cluster.yaml' };
    const { baseVersion } = await this.send(planRegistry(declared));
    await this.send(applyRegistry(declared, baseVersion));
  }

  /** Known to every replica. */
  async newSecret(clientId: string): Promise<string> {
    const made = shown(await this.send(rotateCredential(clientId)));
    await knownEverywhere(this.#replicas(), made);
    return made.secret;
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
