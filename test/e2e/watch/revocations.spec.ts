import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { ROUTES } from '@mintmark/contract';
import { createVerifier, remoteRevocations } from '@mintmark/verifier';
import { watchKeySet } from '@mintmark/verifier-grpc';
import { claimsOf } from '../issuing/ask-for-token.ts';
import { until } from './raw-watcher.ts';
import { startWatchService } from './watch-service.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** One address for two replicas: the one that answers first is behind, and answers so many times. */
async function balancerOf(base: string, answersOfTheOneBehind: number): Promise<string> {
  const old = new Map<string, string>();
  let left = answersOfTheOneBehind;
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '';
      const isBehind = path === ROUTES.revocations && old.has(path) && left-- > 0;
      const body = isBehind ? old.get(path) : await (await fetch(base + path)).text();
      if (!old.has(path)) old.set(path, body ?? '');
      response.end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a verifier that watches', () => {
  it.each([0, 5])(
    'refuses a revoked token long before its next poll, and believes the signed document alone, which a replica that is behind gives it %i times as it was',
    async (times) => {
      const service = await startWatchService();
      open.push(() => service.stop());
      const identity = clientSecret({ clientId: 'inventory', secret: service.secretOf('inventory') });
      const tokens = createTokenClient({ transport: httpTransport({ issuer: service.issuer }), identity });
      open.push(() => tokens.close());
      const base = await balancerOf(service.http, times);
      const url = service.http + ROUTES.jwks;
      const keys = watchKeySet({ address: service.grpc, url, resource: 'inventory', tokens });
      const sequences: number[] = [];
      const verifier = createVerifier({
        ...{ issuer: service.issuer, audience: 'inventory', keys },
        revocations: remoteRevocations({ url: base + ROUTES.revocations, wake: keys.onRevocations }),
        observer: { onRevocations: ({ sequence }) => sequences.push(sequence) },
      });
      open.push(() => verifier.close());
      await verifier.ready();
      const token = await service.token('orders', 'inventory');
      expect(await verifier.verify(token)).toMatchObject({ ok: true });
      const id = String(claimsOf(token)['jti']);
      await service.core.revocations.store.record({ verb: 'revoke', kind: 'token', id }, { actor: 'test' });
      const before = performance.now();
      await until(async () => !(await verifier.verify(token)).ok);
      expect(await verifier.verify(token)).toEqual({ ok: false, code: 'TOKEN_REVOKED' });
      // The next poll would have been a minute away.
      expect(performance.now() - before).toBeLessThan(30_000);
      expect(sequences.at(-1)).toBe(1);
    },
  );
});
