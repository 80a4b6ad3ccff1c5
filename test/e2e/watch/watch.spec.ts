import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlRegistryRepository } from '../../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { NO_CHANGES } from '../../../apps/token-service/src/core/model/registry-changes.ts';
import { claimsOf } from '../issuing/ask-for-token.ts';
import { connectKeySet, digestOf, PROCESS, RawWatcher, until, type KeySetClient } from './raw-watcher.ts';
import { anotherVersion, startWatchService, type WatchService } from './watch-service.ts';

let service: WatchService;
let client: KeySetClient;

beforeAll(async () => {
  service = await startWatchService();
  client = connectKeySet(service.grpc);
});
afterAll(async () => {
  client?.close();
  await service?.stop();
});

const watch = async (clientId = 'inventory') => new RawWatcher(client, await service.token(clientId));
const jwks = async () => Buffer.from(await (await fetch(`${service.http}/.well-known/jwks.json`)).arrayBuffer());
const rows = () => service.core.database.db.selectFrom('verifier_ack').selectAll().orderBy('instance_id').execute();
const rowOf = async (instance: string) => (await rows()).find(({ instance_id: id }) => id === `${instance}/${PROCESS}`);

describe('whoever watches the key set', () => {
  it('is told of it at once: the very bytes that are served over HTTP', async () => {
    const watcher = (await watch()).hello('pod-1');
    await until(() => watcher.events.some(({ keySet }) => keySet));
    const event = watcher.events.find(({ keySet }) => keySet);
    const document = await jwks();
    expect(event?.keySet).toMatchObject({ document, epoch: 1, digest: digestOf(document) });
    expect(Date.now() - event!.asOf).toBeLessThan(60_000);
    await watcher.goodbye().ended;
  });

  it('is told of every later one', async () => {
    const watchers = [(await watch()).hello('a'), (await watch('billing')).hello('b', 'billing')];
    await Promise.all(watchers.map((watcher) => watcher.received(1)));
    await anotherVersion(service);
    for (const watcher of watchers) {
      const sets = () => watcher.events.filter(({ keySet }) => keySet);
      await until(() => sets().length >= 2);
      const [before, after] = sets();
      expect(after!.keySet!.version).toBeGreaterThan(before!.keySet!.version);
      expect(after!.sequence).toBeGreaterThan(before!.sequence);
    }
    await Promise.all(watchers.map((watcher) => watcher.goodbye().ended));
  });

  it('is written down with what it holds, until it says goodbye', async () => {
    const watcher = (await watch()).hello('pod-2');
    await watcher.received(1);
    await until(async () => (await rowOf('pod-2'))?.kids === '[]');
    watcher.acknowledgeLast();
    const document = await jwks();
    const { keys } = JSON.parse(document.toString()) as { keys: { kid: string }[] };
    const kids = JSON.stringify(keys.map(({ kid }) => kid).sort());
    await until(async () => (await rowOf('pod-2'))?.kids === kids);
    expect(await rowOf('pod-2')).toMatchObject({
      ...{ client_id: 'inventory', resource_id: 'inventory', digest: digestOf(document) },
    });
    expect(await watcher.goodbye().ended).toBe('OK');
    await until(async () => (await rowOf('pod-2')) === undefined);
  });

  it('goes on being waited for if its stream breaks without a goodbye', async () => {
    const watcher = (await watch()).hello('pod-3');
    await watcher.received(1);
    await until(async () => (await rowOf('pod-3')) !== undefined);
    watcher.call.cancel();
    await until(() => service.core.keySetWatch.size === 0);
    expect(await rowOf('pod-3')).toBeDefined();
  });
});

describe('the key set without a stream', () => {
  it('is there for everyone', async () => {
    const set = await new Promise((resolve, reject) =>
      client.getKeySet({}, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    expect(set).toMatchObject({ document: await jwks(), digest: digestOf(await jwks()) });
  });
});

describe('a stream is not opened', () => {
  it.each([
    ['without a token', () => Promise.resolve(undefined), 'TOKEN_MISSING'],
    ['with a token for another resource', () => service.token('inventory', 'billing'), 'TOKEN_INVALID'],
  ])('%s', async (_, token, code) => {
    expect(await new RawWatcher(client, await token()).hello('x').ended).toBe(code);
  });

  it('with a token that opened one before', async () => {
    const before = await service.metric('denied', 'REPLAYED');
    const token = await service.token('inventory');
    const first = new RawWatcher(client, token).hello('first');
    await first.received(1);
    const second = new RawWatcher(client, token).hello('second');
    expect(await second.ended).toBe('TOKEN_INVALID');
    expect([second.events.length, await rowOf('second')]).toEqual([0, undefined]);
    expect(await service.metric('denied', 'REPLAYED')).toBe(before + 1);
    await first.goodbye().ended;
  });

  it('while it cannot be told whether its token opened one before', async () => {
    const { schema } = service.core.database.db;
    const token = await service.token('inventory');
    await schema.alterTable('one_time_use').renameTo('elsewhere').execute();
    try {
      expect(await new RawWatcher(client, token).hello('x').ended).toBe('CANNOT_DETERMINE');
    } finally {
      await schema.alterTable('elsewhere').renameTo('one_time_use').execute();
    }
    const later = new RawWatcher(client, token).hello('x');
    await later.received(1);
    await later.goodbye().ended;
  });

  it('by a client that operates nothing: it gets no token', async () => {
    await expect(service.token('orders')).rejects.toThrow('RESOURCE_DENIED');
  });
});

describe('a stream is ended, and what was said over it forgotten,', () => {
  const ann = { clientId: 'ann', tokenId: 'test', requestId: 'test', scopes: [] };
  const live = () => service.core.administration.administrations.for({ plan: false });
  /** Two seconds, and what a busy machine takes. */
  const SOON = 5_000;
  /** As another replica would: this one learns it with its next poll. */
  const setDisabled = async (id: string, disabled: boolean) => {
    const before = { id, disabled: !disabled, credentials: [] };
    const clients = [{ action: 'update', before, after: { ...before, disabled } }] as const;
    const changes = { ...NO_CHANGES, clients };
    await new SqlRegistryRepository(service.core.database).transact(() => ({ actor: 'ann', changes }));
  };
  const isEnded = async (watcher: RawWatcher) => {
    const begun = performance.now();
    expect(await watcher.ended).toBe('WATCH_REVOKED');
    expect(performance.now() - begun).toBeLessThan(SOON);
  };

  it('when its token is revoked', async () => {
    const before = await service.metric('refused', 'revoked');
    const token = await service.token('billing');
    const watcher = new RawWatcher(client, token).hello('stolen', 'billing');
    await watcher.received(1);
    watcher.acknowledgeLast();
    await until(async () => (await rowOf('stolen')) !== undefined);
    const other = (await watch()).hello('sound');
    await other.received(1);
    await live().revoke({ action: 'revoke', kind: 'token', id: String(claimsOf(token)['jti']) }, ann);
    await isEnded(watcher);
    expect(await service.metric('refused', 'revoked')).toBe(before + 1);
    await until(async () => (await rowOf('stolen')) === undefined);
    await until(async () => (await rowOf('sound')) !== undefined);
    expect(await new RawWatcher(client, token).hello('again', 'billing').ended).toBe('TOKEN_INVALID');
    await other.goodbye().ended;
  });

  it.each([
    ['disabled', 'returns', () => setDisabled('returns', true)],
    ['revoked', 'billing', () => live().revoke({ action: 'revoke', kind: 'client', id: 'billing' }, ann)],
  ])('when its client is %s; and it opens no other', async (_, id, act) => {
    const token = await service.token(id);
    const watcher = (await watch(id)).hello('pod', id);
    await watcher.received(1);
    await until(async () => (await rowOf('pod')) !== undefined);
    await act();
    await isEnded(watcher);
    await until(async () => (await rowOf('pod')) === undefined);
    expect(await new RawWatcher(client, token).hello('pod', id).ended).toBe('TOKEN_INVALID');
  });
});

describe('without effect, and counted, is', () => {
  it.each<[string, string, (watcher: RawWatcher) => void, string]>([
    [
      'a resource that another client operates',
      'resource-denied',
      (w) => w.hello('x', 'billing'),
      'WATCH_RESOURCE_DENIED',
    ],
    ['a resource that does not exist', 'resource-denied', (w) => w.hello('x', 'nothing'), 'WATCH_RESOURCE_DENIED'],
    ['a second hello', 'misused', (w) => w.hello('x').hello('y'), 'WATCH_MISUSED'],
    ['an acknowledgement before hello', 'misused', (w) => w.acknowledge(1, 1, 'x'), 'WATCH_MISUSED'],
    ['a name that is none', 'misused', (w) => w.hello('a b'), 'WATCH_MISUSED'],
    ['a name that any process could bear', 'misused', (w) => w.hello('x', 'inventory', ''), 'WATCH_MISUSED'],
    ['an empty message', 'misused', (w) => void w.call.write({}), 'WATCH_MISUSED'],
    [
      'a digest that was never published',
      'acknowledgement-forged',
      (w) => w.hello('x').acknowledge(1, versionNow(), 'AAAA'),
      'WATCH_MISUSED',
    ],
    [
      'a version that is still to come',
      'acknowledgement-forged',
      (w) => w.hello('x').acknowledge(1, 1_000_000, 'AAAA'),
      'WATCH_MISUSED',
    ],
  ])('%s', async (_, reason, say, code) => {
    const before = await service.metric('refused', reason);
    const watcher = await watch();
    say(watcher);
    expect(await watcher.ended).toBe(code);
    expect(await service.metric('refused', reason)).toBe(before + 1);
    expect((await rowOf('x'))?.kids ?? '[]').toBe('[]');
  });

  it('a flood of acknowledgements', async () => {
    const watcher = (await watch()).hello('flood');
    await watcher.received(1);
    for (let times = 0; times < 20; times++) watcher.acknowledgeLast();
    expect(await watcher.ended).toBe('WATCH_LIMITED');
  });
});

function versionNow(): number {
  return service.core.keys.figures()!.set.version;
}
