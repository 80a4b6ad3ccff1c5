import { expect, it } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { NOMINAL_TIMING as timing } from '../../core/model/timing.ts';
import { observeRings } from './telemetry.ts';

it('an algorithm in use is said to be sealed also where no key set is held', async () => {
  const clock = { now: () => new Date('2026-01-01T00:00:00Z'), monotonic: () => 0 };
  const algorithms = () => ['ES256', 'EdDSA'] as const;
  const ring = {
    ring: new KeyRing({ clock, timing, algorithms }),
    refreshKeyRing: { clockOffsetSeconds: 0 },
    algorithms,
  };
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  observeRings(provider.getMeter('test'), { public: ring, admin: ring, revocations: ring }, { clock, timing });
  const { resourceMetrics } = await reader.collect();
  const lines = new PrometheusSerializer().serialize(resourceMetrics).split('\n');
  await provider.shutdown();
  const told = (line: string) =>
    /^mintmark_signing_sealed\{ring="public",algorithm="(\w+)".*\} (\d)$/.exec(line)?.slice(1);
  expect(lines.flatMap((line) => told(line) ?? [])).toEqual(['ES256', '1', 'EdDSA', '1']);
});
