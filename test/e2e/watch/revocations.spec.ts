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

describe('a verifier that watches', () => {
  it('refuses a revoked token long before its next poll, and believes the signed document alone', async () => {
    const service = await startWatchService();
    open.push(() => service.stop());
    const identity = clientSecret({ clientId: 'inventory', secret: service.secretOf('inventory') });
    const tokens = createTokenClient({ transport: httpTransport({ issuer: service.issuer }), identity });
    open.push(() => tokens.close());
    const url = service.http + ROUTES.jwks;
    const keys = watchKeySet({ address: service.grpc, url, resource: 'inventory', tokens });
    const sequences: number[] = [];
    const verifier = createVerifier({
      ...{ issuer: service.issuer, audience: 'inventory', keys },
      revocations: remoteRevocations({ url: service.http + ROUTES.revocations, wake: keys.onRevocations }),
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
  });
});
