import type { Meter, ObservableResult } from '@opentelemetry/api';
import { ringView } from '../../core/administration/key-status.ts';
import type { InspectedRing } from '../../core/administration/rings.ts';
import { RING_NAMES, type RingName } from '../../core/administration/views.ts';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import type { KeySetSightings } from '../../core/keys/distribution/key-set-sightings.ts';
import type { RefreshKeyRing } from '../../core/keys/distribution/refresh-key-ring.ts';
import type { DatabaseWitness } from '../../core/keys/witness/database-witness.ts';
import { overdueKeys } from '../../core/model/signing-key.ts';
import type { Timing } from '../../core/model/timing.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { CertificateEvidence } from '../certificates/certificate-evidence.ts';
import type { IssuanceObserver } from '../../core/ports/issuance-observer.ts';

/** What is told of a key ring, from memory: looking costs no question to the database. */
export interface ObservedRing extends Pick<InspectedRing, 'algorithms'> {
  readonly ring: Pick<KeyRing, 'figures' | 'signing'>;
  readonly refreshKeyRing: Pick<RefreshKeyRing, 'clockOffsetSeconds'>;
}

export type ObservedRings = Readonly<Record<RingName, ObservedRing>>;

interface Moment {
  readonly clock: Clock;
  readonly timing: Timing;
}

/** Counts decided requests for tokens, by code where they were denied. */
export function countIssuance(meter: Meter): IssuanceObserver {
  const issued = meter.createCounter('mintmark.tokens.issued', { description: 'Tokens issued' });
  const denied = meter.createCounter('mintmark.tokens.denied', { description: 'Requests for a token denied, by code' });
  return { issued: () => issued.add(1), denied: (code) => denied.add(1, { code }) };
}

/** Reports how often a certificate was forwarded that nobody may believe. */
export function observeCertificates(meter: Meter, certificates: Pick<CertificateEvidence, 'ignored'>): void {
  const description =
    'Requests with a client certificate forwarded by a stranger, or in a header that the proxy does not write, which was ignored';
  meter
    .createObservableCounter('mintmark.certificates.ignored', { description })
    .addCallback((result) => result.observe(certificates.ignored));
}

/** Reports which key sets verifiers say to hold when they ask for a newer one. */
export function observeSightings(meter: Meter, sightings: Pick<KeySetSightings, 'figures'>): void {
  const description = 'Requests for the key set that named a version as held';
  meter.createObservableCounter('mintmark.jwks.sightings', { description }).addCallback((result) => {
    for (const { epoch, version, count } of sightings.figures)
      result.observe(count, { version: `${epoch}.${version}` });
  });
}

/** Reports whether what was seen of the database is remembered outside it. */
export function observeWitness(meter: Meter, witness: Pick<DatabaseWitness, 'figures'>): void {
  meter
    .createObservableCounter('mintmark.witness.failures', { description: 'Writes of the witness that failed' })
    .addCallback((result) => result.observe(witness.figures.failures));
  meter
    .createObservableGauge('mintmark.witness.behind', {
      description: '1 while something was seen of the database that the witness does not hold',
    })
    .addCallback((result) => result.observe(witness.figures.isKept ? 0 : 1));
}

/** Reports the rings at each collection. */
export function observeRings(meter: Meter, rings: ObservedRings, moment: Moment): void {
  const gauges: Readonly<Record<string, readonly [description: string, observe: Observe]>> = {
    'mintmark.key.state': ['1 for the state that each key is in', observeStates],
    'mintmark.key.next_event_seconds': ['Seconds until the next event of a key; below 0: due', observeNextEvents],
    'mintmark.key.overdue': ['Keys that should have been replaced by now (1.25 rotation periods)', observeOverdue],
    'mintmark.keyset.epoch': ['Epoch of the key set', ({ set }, tell) => tell(set.epoch)],
    'mintmark.keyset.version': ['Version of the key set', ({ set }, tell) => tell(set.version)],
    'mintmark.keyset.keys': ['Keys in the key set', ({ set }, tell) => tell(set.keys.length)],
    'mintmark.signing.lease_age_seconds': [
      'Seconds since the last contact with the database',
      ({ leaseAgeSeconds }, tell) => tell(leaseAgeSeconds),
    ],
    'mintmark.clock.offset_seconds': [
      "The database's clock minus this machine's",
      (_figures, tell, { refreshKeyRing }) => tell(refreshKeyRing.clockOffsetSeconds),
    ],
  };
  for (const [name, [description, observe]] of Object.entries(gauges)) {
    meter.createObservableGauge(name, { description }).addCallback((result) => {
      for (const ring of RING_NAMES) observeRing(result, observe, { ring, rings, moment });
    });
  }
  observeSealed(meter, rings);
}

/** Also where no key set is held, and so there are no figures: then nothing at all can be signed. */
function observeSealed(meter: Meter, rings: ObservedRings): void {
  const description = '1 while nothing can be signed with an algorithm';
  meter.createObservableGauge('mintmark.signing.sealed', { description }).addCallback((result) => {
    for (const ring of RING_NAMES) {
      for (const [algorithm, signs] of rings[ring].ring.signing()) result.observe(signs ? 0 : 1, { ring, algorithm });
    }
  });
}

type Tell = (value: number, attributes?: Readonly<Record<string, string>>) => void;
type Figures = NonNullable<ReturnType<KeyRing['figures']>>;
type Observe = (figures: Figures, tell: Tell, ring: ObservedRing & Moment & { readonly name: RingName }) => void;

function observeRing(
  result: ObservableResult,
  observe: Observe,
  { ring, rings, moment }: { ring: RingName; rings: ObservedRings; moment: Moment },
): void {
  const figures = rings[ring].ring.figures();
  if (!figures) return;
  const tell: Tell = (value, attributes) => result.observe(value, { ring, ...attributes });
  observe(figures, tell, { ...rings[ring], ...moment, name: ring });
}

const observeStates: Observe = ({ set }, tell) => {
  for (const key of set.keys) {
    const kid = 'kid' in key && key.kid !== null ? key.kid : key.id;
    tell(1, { kid, algorithm: key.algorithm, state: key.state });
  }
};

const observeNextEvents: Observe = ({ set }, tell, { name, clock, timing, algorithms }) => {
  const now = clock.now();
  for (const { kid, algorithm, next } of ringView(name, set, { now, timing, algorithms: algorithms() }).keys) {
    if (!next || kid === null) continue;
    tell((next.notBefore.getTime() - now.getTime()) / 1000, { kid, algorithm, event: next.transition });
  }
};

const observeOverdue: Observe = ({ set }, tell, { clock, timing, algorithms }) => {
  tell(overdueKeys(set.keys, { now: clock.now(), timing, algorithms: algorithms() }).length);
};
