import { expect, it } from '@jest/globals';
import { openDatabase } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { isHeldByAll } from '../../apps/token-service/src/core/model/verifier-evidence.ts';
import { keyIn, keySet, replica, settle } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { VerifierCrowd } from './verifier-crowd.ts';

const VERIFIERS = 5_000;

it('what five thousand verifiers say is written down in a handful of statements, and what they repeat in none', async () => {
  const clock = new ManualClock();
  const written: string[] = [];
  const observe = (statement: string) => void (/^insert into .verifier_ack/.test(statement) && written.push(statement));
  const database = await openDatabase({ url: 'sqlite::memory:', clock, observe });
  const issuer = replica({ database, clock });
  await issuer.initialise.execute();
  await settle(issuer.rotate);
  await issuer.refresh.execute();
  const crowd = await VerifierCrowd.gather(database, issuer, clock);

  for (let pod = 0; pod < VERIFIERS; pod++) crowd.join(`pod-${pod}`);
  await new Promise(setImmediate);
  expect([crowd.watch.size, written.length]).toEqual([VERIFIERS, 0]);
  await crowd.reports.flush();
  expect(written).toHaveLength(VERIFIERS / 1_000);
  const standby = keyIn(await keySet(database), 'published').kid;
  expect(isHeldByAll(standby, await crowd.acks.evidence([standby]))).toBe(true);

  written.length = 0;
  clock.advance(15);
  crowd.watch.heartbeat();
  await new Promise(setImmediate);
  await crowd.reports.flush();
  expect(written).toEqual([]);
  await database.close();
});
