import { createHash } from 'node:crypto';
import { REVOCATION_KINDS } from '@mintmark/contract';
import { SqlVerifierAcks } from '../../apps/token-service/src/adapters/sql/verifier-acks.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import {
  KeySetWatch,
  type WatchLimits,
} from '../../apps/token-service/src/core/keys/distribution/watch/key-set-watch.ts';
import {
  NOMINAL_WATCH_TIMING,
  VerifierReports,
} from '../../apps/token-service/src/core/keys/distribution/watch/verifier-reports.ts';
import type { WatchEvent } from '../../apps/token-service/src/core/keys/distribution/watch/watch-event.ts';
import type { WatchStream } from '../../apps/token-service/src/core/keys/distribution/watch/watch-stream.ts';
import { RequestError } from '../../apps/token-service/src/core/model/errors.ts';
import type { Resource } from '../../apps/token-service/src/core/model/resource.ts';
import type { WatchRefusal } from '../../apps/token-service/src/core/ports/watch-observer.ts';
import { Registry, RegistrySnapshot } from '../../apps/token-service/src/core/registry/registry-snapshot.ts';
import type { Replica } from './key-lab.ts';
import type { ManualClock } from './manual-clock.ts';

export const OPERATOR = 'inventory-operator';

const RESOURCE: Resource = {
  ...{ id: 'inventory', audience: 'inventory', operatedBy: OPERATOR, scopes: ['read'], tokenLifetimeSeconds: 300 },
  ...{ signingAlgorithm: 'ES256', senderConstraint: 'none' },
};

/** One replica's watchers, without a network between. */
export class VerifierCrowd {
  readonly watch: KeySetWatch;
  readonly reports: VerifierReports;
  readonly acks: SqlVerifierAcks;
  readonly registry = new Registry();
  readonly refusals: WatchRefusal[] = [];
  readonly announced: string[] = [];
  /** Ids of tokens, clients and keys. */
  readonly revoked = new Set<string>();
  readonly #database: Database;

  static async gather(
    database: Database,
    issuer: Pick<Replica, 'ring'>,
    clock: ManualClock,
    limits?: WatchLimits,
  ): Promise<VerifierCrowd> {
    await addOperatedResources(database, { inventory: OPERATOR });
    return new VerifierCrowd(database, issuer, clock, limits);
  }

  private constructor(
    database: Database,
    { ring }: Pick<Replica, 'ring'>,
    clock: ManualClock,
    limits: WatchLimits | undefined,
  ) {
    this.#database = database;
    this.acks = new SqlVerifierAcks(database);
    this.#publish(OPERATOR);
    const timing = NOMINAL_WATCH_TIMING;
    this.reports = new VerifierReports({ acks: this.acks, clock, timing });
    this.watch = new KeySetWatch({
      ...{ ring, registry: this.registry, reports: this.reports, clock, timing },
      revokedWith: ({ tokenId: token, clientId: client, kid: key }) =>
        REVOCATION_KINDS.find((kind) => this.revoked.has({ token, client, key }[kind])),
      observer: {
        refused: (refusal) => void this.refusals.push(refusal),
        acknowledged: () => undefined,
        announced: (kind) => void this.announced.push(kind),
      },
      ...(limits && { limits }),
    });
    ring.onAccepted(() => this.watch.announceKeySet());
  }

  async operatedBy(operator: string): Promise<void> {
    await addOperatedResources(this.#database, { [`of ${operator}`]: operator });
    await this.#database.db
      .updateTable('resource')
      .set({ operated_by: operator })
      .where('id', '=', 'inventory')
      .execute();
    this.#publish(operator);
  }

  disable(id: string): void {
    this.#publish(OPERATOR, [id]);
  }

  /** This replica knows it; what the database says of it is for a test to say. */
  revoke(id: string): void {
    this.revoked.add(id);
    this.watch.examine();
  }

  #publish(operator: string, disabled: readonly string[] = []): void {
    const resources = [{ ...RESOURCE, operatedBy: operator }];
    const clients = [OPERATOR, 'another', 'third'].map((id) => ({
      ...{ id, disabled: disabled.includes(id), credentials: [], secrets: [] },
    }));
    this.registry.publish(new RegistrySnapshot({ version: 1, issuers: [], clients, resources, policies: [] }));
  }

  join(instance: string, options: JoinOptions = {}): CrowdMember {
    return new CrowdMember(this.watch, instance, options);
  }
}

/** Resources with the client that operates each, as the registry has them. */
export async function addOperatedResources(
  { db }: Pick<Database, 'db'>,
  operators: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [id, operator] of Object.entries(operators)) {
    const client = { id: operator, disabled: 0, credentials: '[]' };
    await db
      .insertInto('client')
      .values(client)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const resource = { id, uri: null, operated_by: operator, scopes: '[]', token_lifetime_seconds: 300 };
    await db
      .insertInto('resource')
      .values({ ...resource, signing_algorithm: 'ES256', sender_constraint: 'none' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

interface JoinOptions {
  readonly mute?: boolean;
  readonly stuck?: boolean;
  readonly client?: string;
  /** Of the token that opens its stream. */
  readonly tokenId?: string;
  readonly kid?: string;
  /** Tells it from others of its name. */
  readonly process?: string;
}

export class CrowdMember {
  readonly events: WatchEvent[] = [];
  stream!: WatchStream;
  ended: 'open' | 'in peace' | RequestError['code'] = 'open';
  /** Takes in what it was sent; a stuck one does when it is told to. */
  take: () => void = () => undefined;

  constructor(
    watch: KeySetWatch,
    instance: string,
    { mute = false, stuck = false, client: clientId = OPERATOR, ...options }: JoinOptions,
  ) {
    const { tokenId = `token of ${instance}`, kid = 'kid', process = 'process-1' } = options;
    this.stream = watch.open(
      { tokenId, clientId, kid, issuedAt: new Date(0) },
      {
        send: (event, sent) => {
          this.events.push(event);
          this.take = sent;
          if (!stuck) sent();
          if (!mute) queueMicrotask(() => this.#acknowledge(event));
        },
        end: (error) => (this.ended = error instanceof RequestError ? error.code : 'in peace'),
      },
    );
    this.stream.hello({ instance, process, resource: 'inventory' });
  }

  /** What it was told of last. */
  acknowledgeLast(): void {
    this.#acknowledge(this.events.findLast(({ kind }) => kind === 'key-set')!);
  }

  #acknowledge(event: WatchEvent): void {
    if (event.kind !== 'key-set') return;
    const { epoch, version, body } = event.set;
    this.stream.acknowledge({ epoch, version, digest: createHash('sha256').update(body).digest('base64url') });
  }
}
