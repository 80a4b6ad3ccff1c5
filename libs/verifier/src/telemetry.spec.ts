import { metrics, type Attributes, type Meter, type MeterProvider, type ObservableCallback } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer, FakeClock } from '@mintmark/testing';
import { createVerifier } from './create-verifier.ts';
import { KeyCache } from './keys/key-cache.ts';
import { keyTiming } from './keys/key-timing.ts';
import type { KeySource } from './keys/key-store.ts';

/** As much of an SDK as it takes to see what is reported. */
class Recorder {
  readonly sums = new Map<string, number>();
  readonly gauges = new Map<string, number>();
  readonly callbacks = new Map<string, Set<ObservableCallback>>();

  readonly provider = { getMeter: () => this.#meter() } as unknown as MeterProvider;

  /** The figures of all observable gauges at this moment. */
  collect(): Record<string, number> {
    const figures: Record<string, number> = {};
    for (const [name, callbacks] of this.callbacks) {
      for (const callback of callbacks) void callback({ observe: (value) => void (figures[name] = value) });
    }
    return figures;
  }

  #meter(): Meter {
    const callbacksOf = (name: string) => {
      const callbacks = this.callbacks.get(name) ?? new Set<ObservableCallback>();
      this.callbacks.set(name, callbacks);
      return callbacks;
    };
    return {
      createCounter: (name: string) => ({
        add: (value: number, attributes: Attributes) => this.#add(name, value, attributes),
      }),
      createGauge: (name: string) => ({ record: (value: number) => this.gauges.set(name, value) }),
      createObservableGauge: (name: string) => ({
        addCallback: (callback: ObservableCallback) => callbacksOf(name).add(callback),
        removeCallback: (callback: ObservableCallback) => callbacksOf(name).delete(callback),
      }),
    } as unknown as Meter;
  }

  #add(name: string, value: number, { 'mintmark.audience': audience, ...rest }: Attributes): void {
    const key = [name.replace('mintmark.verifier.', ''), ...Object.values(rest), audience].join(' ');
    this.sums.set(key, (this.sums.get(key) ?? 0) + value);
  }
}

describe('metrics', () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = new Recorder();
    metrics.setGlobalMeterProvider(recorder.provider);
  });
  afterEach(() => metrics.disable());

  it('tell verdicts by code, unknown kids, stale keys, failures, alarms, age, generation and clock offset', async () => {
    const clock = new FakeClock();
    const issuer = createTestIssuer({ clock });
    let isUp = true;
    const keys: KeySource = {
      open: (context) =>
        new KeyCache({
          context,
          timing: keyTiming({}, 1),
          random: () => 0.5,
          fetch: async () =>
            isUp
              ? { status: 'changed', body: Buffer.from(JSON.stringify(issuer.jwks())), date: clock.now() + 4_000 }
              : { status: 'changed', body: Buffer.from('<html>') },
        }),
    };
    const verifier = createVerifier({ ...issuer.trust, keys });
    await verifier.ready();
    await verifier.verify(issuer.token());
    await verifier.verify(issuer.token());
    await verifier.verify(issuer.broken('expired'));
    await verifier.verify(issuer.broken('with an unknown key'));
    verifier.noteRefusal?.('SCOPE_INSUFFICIENT');
    expect(recorder.gauges.get('mintmark.verifier.clock_offset')).toBe(4);
    expect(recorder.collect()).toEqual({
      'mintmark.verifier.keys.age': 0,
      'mintmark.verifier.keys.generation': 2,
      'mintmark.verifier.keys.held': 1,
    });
    isUp = false;
    await clock.advance(121_000);
    await verifier.verify(issuer.token());
    await verifier.verify(issuer.broken('with an unknown key'));
    expect(recorder.collect()['mintmark.verifier.keys.age']).toBe(121);
    const failures = recorder.sums.get('key_fetch_failures inventory');
    expect(failures).toBeGreaterThan(1);
    expect(Object.fromEntries(recorder.sums)).toEqual({
      'verdicts OK inventory': 3,
      'verdicts TOKEN_EXPIRED inventory': 1,
      'verdicts KEY_UNKNOWN inventory': 1,
      'verdicts SCOPE_INSUFFICIENT inventory': 1,
      'verdicts KEYS_UNAVAILABLE inventory': 1,
      'unknown_kids settled inventory': 1,
      'unknown_kids unavailable inventory': 1,
      'stale_served inventory': 2,
      'key_fetch_failures inventory': failures,
      'alarms key-set-refused inventory': failures,
    });
    verifier.close();
    expect(recorder.collect()).toEqual({});
  });
});
