import { createHash } from 'node:crypto';
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

  constructor(database: Database, { ring }: Pick<Replica, 'ring'>, clock: ManualClock, limits?: WatchLimits) {
    this.acks = new SqlVerifierAcks(database);
    this.operatedBy(OPERATOR);
    const timing = NOMINAL_WATCH_TIMING;
    this.reports = new VerifierReports({ acks: this.acks, clock, timing });
    this.watch = new KeySetWatch({
      ...{ ring, registry: this.registry, reports: this.reports, clock, timing },
      observer: {
        refused: (refusal) => void this.refusals.push(refusal),
        acknowledged: () => undefined,
        announced: (kind) => void this.announced.push(kind),
      },
      ...(limits && { limits }),
    });
    ring.onAccepted(() => this.watch.announceKeySet());
  }

  operatedBy(operator: string): void {
    const resources = [{ ...RESOURCE, operatedBy: operator }];
    this.registry.publish(new RegistrySnapshot({ version: 1, issuers: [], clients: [], resources, policies: [] }));
  }

  join(instance: string, options: { mute?: boolean; stuck?: boolean; client?: string } = {}): CrowdMember {
    return new CrowdMember(this.watch, instance, options);
  }
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
    { mute = false, stuck = false, client = OPERATOR }: { mute?: boolean; stuck?: boolean; client?: string },
  ) {
    this.stream = watch.open(client, {
      send: (event, sent) => {
        this.events.push(event);
        this.take = sent;
        if (!stuck) sent();
        if (!mute) queueMicrotask(() => this.#acknowledge(event));
      },
      end: (error) => (this.ended = error instanceof RequestError ? error.code : 'in peace'),
    });
    this.stream.hello({ instance, resource: 'inventory' });
  }

  #acknowledge(event: WatchEvent): void {
    if (event.kind !== 'key-set') return;
    const { epoch, version, body } = event.set;
    this.stream.acknowledge({ epoch, version, digest: createHash('sha256').update(body).digest('base64url') });
  }
}
