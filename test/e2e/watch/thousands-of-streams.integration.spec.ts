import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectKeySet, digestOf, RawWatcher, until, type KeySetClient } from './raw-watcher.ts';
import { anotherVersion, startWatchService, type WatchService } from './watch-service.ts';

const CONNECTIONS = 4;
const STREAMS = 2_000;
/** Tokens asked for at once: each opens one stream. */
const ASKING = 20;

let service: WatchService;
let clients: readonly KeySetClient[];

beforeAll(async () => {
  service = await startWatchService();
  clients = Array.from({ length: CONNECTIONS }, () =>
    connectKeySet(service.grpc, { 'grpc.use_local_subchannel_pool': 1 }),
  );
});
afterAll(async () => {
  for (const client of clients ?? []) client.close();
  await service?.stop();
});

it('two thousand verifiers watch one replica: each is told of every version, and what each holds is known', async () => {
  const watchers = await openAll();
  await untilAllHoldTheLatest(watchers);
  await anotherVersion(service);
  await untilAllHoldTheLatest(watchers);
  for (const watcher of watchers) watcher.acknowledgeLast();
  const current = heldBy(watchers[0]!);
  await until(async () => {
    const rows = await service.core.database.db.selectFrom('verifier_ack').select('digest').execute();
    return rows.length === STREAMS && rows.every(({ digest }) => digest === current);
  });
  expect(service.core.keySetWatch.size).toBe(STREAMS);
  await Promise.all(watchers.map((watcher) => watcher.goodbye().ended));
  await until(() => service.core.keySetWatch.size === 0);
});

async function untilAllHoldTheLatest(watchers: readonly RawWatcher[]): Promise<void> {
  await until(async () => {
    const response = await fetch(`${service.http}/.well-known/jwks.json`);
    const latest = digestOf(Buffer.from(await response.arrayBuffer()));
    return watchers.every((watcher) => heldBy(watcher) === latest);
  });
}

function heldBy({ events }: RawWatcher): string | undefined {
  const last = events.findLast(({ keySet }) => keySet)?.keySet;
  return last ? digestOf(last.document) : undefined;
}

async function openAll(): Promise<readonly RawWatcher[]> {
  const watchers: RawWatcher[] = [];
  const lane = async () => {
    while (watchers.length < STREAMS) {
      const index = watchers.length;
      const client = clients[index % CONNECTIONS]!;
      watchers.length += 1;
      watchers[index] = new RawWatcher(client, await service.token('inventory')).hello(`pod-${index}`);
    }
  };
  await Promise.all(Array.from({ length: ASKING }, lane));
  return watchers;
}
