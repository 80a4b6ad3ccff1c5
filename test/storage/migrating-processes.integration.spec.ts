import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ALL_MIGRATIONS } from '../../apps/token-service/src/adapters/sql/migrations/all-migrations.ts';
import { PostgresServer } from '../../scripts/servers/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.stop());

it('eight processes that start at once on an empty database migrate it once', async () => {
  const file = fileURLToPath(new URL('./opening-process.ts', import.meta.url));
  const children = Array.from({ length: 8 }, () => fork(file, [server.url(), server.passwordFile], { execArgv: [] }));
  await Promise.all(children.map((child) => once(child, 'message')));
  const told = await Promise.all(
    children.map(async (child) => {
      const answer = once(child, 'message');
      child.send('open');
      return String((await answer)[0]);
    }),
  );
  expect(told).toEqual(children.map(() => 'opened'));
  const rows = await server.run('select name from schema_migration order by position', 'mintmark');
  expect(rows.map(({ name }) => name)).toEqual(ALL_MIGRATIONS.map(({ name }) => name));
}, 60_000);
