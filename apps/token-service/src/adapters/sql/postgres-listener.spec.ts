import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { PostgresListener } from './postgres-listener.ts';

it('goes on trying while the file of authorities is away', async () => {
  let looked = 0;
  const tls = {
    get rootCertificateFile() {
      looked += 1;
      return '/nowhere/ca.pem';
    },
  };
  const location = { kind: 'postgres', host: '127.0.0.1', port: 1, user: 'm', database: 'm', tls } as const;
  const listener = new PostgresListener({ location, passwordFile: undefined }, () => undefined);
  const first = looked;
  for (let waits = 0; looked === first && waits < 100; waits += 1) await sleep(20);
  await listener.close();
  expect(looked).toBeGreaterThan(first);
});
