import { metrics, type Attributes, type Counter, type Meter, type ObservableCallback } from '@opentelemetry/api';
import type { Clock } from './clock.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { VerifierObserver } from './observer.ts';

const METER = '@mintmark/verifier';

/**
 * Metrics of one verifier, through the OpenTelemetry API: nothing happens unless the service has set up an SDK, which it
 * has to do before it creates the verifier.
 */
export interface Telemetry {
  readonly observer: VerifierObserver;
  /** Reports what a key store holds, at each collection; returns how to stop. */
  watch(keys: KeyStore, clock: Clock): () => void;
}

/** @param audience the attribute `mintmark.audience` of every figure: one process may hold several verifiers */
export function telemetry(audience: string): Telemetry {
  const meter = metrics.getMeter(METER);
  const base = { 'mintmark.audience': audience };
  return { observer: countingObserver(meter, base), watch: (keys, clock) => watchKeys(meter, base, keys, clock) };
}

function countingObserver(meter: Meter, base: Attributes): VerifierObserver {
  const counter = (name: string, description: string, by?: string) =>
    count(meter.createCounter(`mintmark.verifier.${name}`, { description }), base, by);
  const verdicts = counter('verdicts', 'Tokens judged and calls refused, by code', 'code');
  const unknownKids = counter('unknown_kids', 'Tokens with a key that is not held', 'outcome');
  const staleServed = counter('stale_served', 'Tokens judged with a stale key set');
  const fetchFailures = counter('key_fetch_failures', 'Failed fetches of the key set');
  const revocationFailures = counter('revocation_fetch_failures', 'Failed fetches of what is revoked');
  const alarms = counter('alarms', 'Key sets, keys or revocations that were refused, a clock that is off', 'kind');
  const offset = meter.createGauge('mintmark.verifier.clock_offset', {
    description: "The issuer's clock minus this one, to the second",
    unit: 's',
  });
  const revocationsAsOf = meter.createGauge('mintmark.verifier.revocations.as_of', {
    description: 'How recent what is known to be revoked is, as a NumericDate',
    unit: 's',
  });
  const revocationSequence = meter.createGauge('mintmark.verifier.revocations.sequence', {
    description: 'Number of the last revocation that is known',
  });
  return {
    onVerdict: verdicts,
    onUnknownKid: unknownKids,
    onStaleServed: staleServed,
    onFetchFailed: () => fetchFailures(),
    onRevocations: ({ asOf, sequence }) => {
      revocationsAsOf.record(asOf / 1000, base);
      revocationSequence.record(sequence, base);
    },
    onRevocationsFailed: () => revocationFailures(),
    onAlarm: ({ kind }) => alarms(kind),
    onKeySet: ({ clockOffset }) => clockOffset !== undefined && offset.record(clockOffset / 1000, base),
  };
}

/** Counts by one attribute, whose few values share their attribute objects. */
function count(counter: Counter, base: Attributes, by?: string): (value?: string) => void {
  const known = new Map<string, Attributes>();
  return (value = '') => {
    let attributes = known.get(value);
    if (!attributes) known.set(value, (attributes = by === undefined ? base : { ...base, [by]: value }));
    counter.add(1, attributes);
  };
}

function watchKeys(meter: Meter, base: Attributes, keys: KeyStore, clock: Clock): () => void {
  const watched = (name: string, unit: string, read: () => number | undefined) => {
    const gauge = meter.createObservableGauge(`mintmark.verifier.keys.${name}`, { unit });
    const callback: ObservableCallback = (result) => {
      const value = read();
      if (value !== undefined) result.observe(value, base);
    };
    gauge.addCallback(callback);
    return () => gauge.removeCallback(callback);
  };
  const stops = [
    watched('age', 's', () => keys.snapshot && (clock.now() - keys.snapshot.asOf) / 1000),
    watched('generation', '1', () => keys.snapshot?.generation),
    watched('held', '{key}', () => keys.snapshot?.keys.size),
  ];
  return () => stops.forEach((stop) => stop());
}
