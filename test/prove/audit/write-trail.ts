import { setTimeout as sleep } from 'node:timers/promises';
import { verifyAsOperator } from './auditor.ts';
import type { Issuer } from './issuer.ts';
import { Requesters } from './requesters.ts';

const BURSTS = 4;
const TOKENS_A_BURST = 50;

/** A short audit file as the service writes it under load, with lines that the database vouches for here and there and at its end. */
export async function writeTrail(issuer: Issuer): Promise<void> {
  const service = await issuer.start();
  for (let burst = 0; burst < BURSTS; burst++) {
    const requesters = new Requesters(issuer, 2);
    while (requesters.received.length < TOKENS_A_BURST && requesters.failures.length === 0) await sleep(1);
    await requesters.stop();
    if (requesters.failures.length > 0) throw new Error(`a request failed: ${requesters.failures[0]}`);
    await verifyAsOperator(issuer); // anchors the line it has got to
  }
  await service.stop();
}
