import { afterEach, describe, expect, it } from '@jest/globals';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { createVerifier, type KeySetEvent, type Verifier } from '@mintmark/verifier';
import { watchKeySet, type WatchKeySetOptions } from '@mintmark/verifier-grpc';
import { connectKeySet, RawWatcher, until } from './raw-watcher.ts';
import { anotherVersion, startWatchService, type WatchService } from './watch-service.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const NOWHERE = 'http://127.0.0.1:9/.well-known/jwks.json';

async function start(settings?: Readonly<Record<string, string>>): Promise<WatchService> {
  const service = await startWatchService(settings);
  open.push(() => service.stop());
  return service;
}

function verifierOf(service: WatchService, options: Partial<WatchKeySetOptions> & { timeScale?: number } = {}) {
  const { timeScale = 1, ...watch } = options;
  const tokens = createTokenClient({
    transport: httpTransport({ issuer: service.issuer }),
    identity: clientSecret({ clientId: 'inventory', secret: service.secretOf('inventory') }),
    timeScale,
  });
  const [sets, failures]: [KeySetEvent[], string[]] = [[], []];
  const verifier: Verifier = createVerifier({
    ...({ issuer: service.issuer, audience: 'inventory', timeScale, unsafelyWithoutRevocations: true } as const),
    keys: watchKeySet({ address: service.grpc, url: NOWHERE, resource: 'inventory', tokens, ...watch }),
    observer: { onKeySet: (set) => sets.push(set), onFetchFailed: (reason) => failures.push(reason) },
  });
  open.push(
    () => tokens.close(),
    () => verifier.close(),
  );
  return { verifier, sets, failures };
}

const rows = (service: WatchService) => service.core.database.db.selectFrom('verifier_ack').selectAll().execute();
const kidsNow = (service: WatchService) => {
  const { keys } = JSON.parse(service.core.keys.publicKeySet().body) as { keys: { kid: string }[] };
  return JSON.stringify(keys.map(({ kid }) => kid).sort());
};

describe('a verifier that watches the key set', () => {
  it('needs nothing but the stream, is told of each version, and acknowledges what it holds', async () => {
    const service = await start();
    const { verifier } = verifierOf(service, { instanceId: 'pod-1' });
    await verifier.ready();
    expect(await verifier.verify(await service.token('orders', 'inventory'))).toMatchObject({ ok: true });
    await until(async () => (await rows(service))[0]?.kids === kidsNow(service));
    const before = kidsNow(service);
    await anotherVersion(service);
    await until(() => kidsNow(service) !== before);
    await until(async () => (await rows(service))[0]?.kids === kidsNow(service));
    expect(await rows(service)).toMatchObject([
      { client_id: 'inventory', resource_id: 'inventory', instance_id: expect.stringMatching(/^pod-1\/[0-9a-f]{8}$/) },
    ]);
    verifier.close();
    await until(async () => (await rows(service)).length === 0);
  });

  it('is waited for with the keys of tokens alone: those of other rings it is never given', async () => {
    const service = await start();
    const { verifier } = verifierOf(service);
    await verifier.ready();
    await until(async () => (await rows(service))[0]?.kids === kidsNow(service));
    const { inspection } = service.core.administration;
    const rings = await inspection.keyStatus();
    expect(rings.map(({ ring, verifiers }) => [ring, verifiers?.watching, verifiers?.laggards])).toEqual([
      ['public', 1, []],
      ['admin', undefined, undefined],
      ['revocations', undefined, undefined],
    ]);
  });

  it('is shown beside the clients that have tokens of a key, and what others named as held', async () => {
    const service = await start();
    const url = `${service.http}/.well-known/jwks.json`;
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await service.token('orders', 'inventory');
    await service.token('inventory');
    const { inspection } = service.core.administration;
    const [{ version, sightings, keys } = { version: 0, sightings: [], keys: [] }] = await inspection.keyStatus();
    expect(sightings).toMatchObject([{ epoch: 1, version, count: 1 }]);
    const active = keys.find(({ state }) => state === 'active');
    expect(active?.tokenHolders).toBe(2);
    const { clients, tokensUntil } = await inspection.keyUsers(active?.kid ?? '');
    expect(clients.map(({ client }) => client)).toEqual(['inventory', 'orders']);
    expect(Math.max(...clients.map(({ until: end }) => end.getTime()))).toBeGreaterThanOrEqual(tokensUntil!.getTime());
    const metrics = await (await fetch(`${service.management}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`^mintmark_jwks_sightings_total\\{version="1.${version}".*\\} 1$`, 'm'));
  });

  it('goes on with a fresh token when its own has expired', async () => {
    const service = await start({ MINTMARK_TIME_SCALE: '100' });
    const { sets, failures, verifier } = verifierOf(service, { timeScale: 100 });
    await verifier.ready();
    const streams = async () => service.metric('acknowledged');
    await new Promise((resolve) => setTimeout(resolve, 3_300));
    const [acknowledged, heard] = [await streams(), sets.length];
    await until(async () => (await streams()) > acknowledged + 3);
    expect(sets.length).toBeGreaterThan(heard);
    expect(await service.metric('denied', 'TOKEN_EXPIRED')).toBeGreaterThan(0);
    expect(await service.metric('denied', 'REPLAYED')).toBe(0);
    expect(failures.filter((reason) => reason.includes('stream'))).toEqual([]);
  });

  it('polls while there is no stream', async () => {
    const service = await start();
    const { verifier, failures } = verifierOf(service, {
      ...{ address: '127.0.0.1:9', url: `${service.http}/.well-known/jwks.json` },
    });
    await verifier.ready();
    expect(await verifier.verify(await service.token('orders', 'inventory'))).toMatchObject({ ok: true });
    await until(() => failures.some((reason) => reason.includes('stream')));
    expect(await rows(service)).toEqual([]);
  });

  it('is not let down by others at its address: what they send is judged as if it were fetched', async () => {
    const service = await start();
    const { verifier } = verifierOf(service, { instanceId: 'honest' });
    await verifier.ready();
    const client = connectKeySet(service.grpc);
    open.push(() => client.close());
    const liar = new RawWatcher(client, await service.token('billing')).hello('honest', 'inventory');
    expect(await liar.ended).toBe('WATCH_RESOURCE_DENIED');
    await until(async () => (await rows(service))[0]?.kids === kidsNow(service));
  });
});

describe('where foreign verifiers are possible', () => {
  it('nothing that is acknowledged makes a key sign early', async () => {
    const service = await start({ MINTMARK_TIME_SCALE: '200' });
    const { verifier } = verifierOf(service, { timeScale: 200 });
    await verifier.ready();
    await until(async () => (await rows(service))[0]?.kids === kidsNow(service));
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    const order = service.core.administration.administrations
      .for({ plan: false })
      .rotateKeys({ ring: 'public', algorithm: 'ES256' }, { clientId: 'ann', requestId: 'r' } as never);
    await expect(order).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
  });
});

describe('watchKeySet refuses', () => {
  const tokens = { token: () => Promise.reject(new Error('none')), invalidate: () => false };
  it.each([
    ['to send a token in clear', { address: 'tokens.internal:4001', credentials: 'insecure' }, /in clear/],
    ['keys that come in clear', { url: 'http://tokens.internal/jwks' }, /https/],
    ['a name that is none', { instanceId: 'a b' }, /instanceId/],
    ['no resource', { resource: '' }, /resource/],
  ])('%s', async (_, { credentials, ...options }: Record<string, string>, problem) => {
    const { ChannelCredentials } = await import('@grpc/grpc-js');
    const insecure = credentials && { credentials: ChannelCredentials.createInsecure() };
    const given = { address: '127.0.0.1:1', url: NOWHERE, resource: 'inventory', tokens, ...options, ...insecure };
    expect(() => watchKeySet(given)).toThrow(problem);
  });
});
