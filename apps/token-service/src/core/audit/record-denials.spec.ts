import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../model/audit-event.ts';
import { RecordDenials, type Denial } from './record-denials.ts';

const STRANGER: Denial = { requestId: 'r', code: 'TOKEN_MISSING', action: 'ClientsController.list', transport: 'http' };
const OPERATOR: Denial = { ...STRANGER, code: 'SCOPE_INSUFFICIENT', actor: 'orders' };
const time = new Date(0);

let seconds: number;
let written: AuditEvent[];
let denials: RecordDenials;
beforeEach(() => {
  seconds = 0;
  written = [];
  const append = async (event: AuditEvent) => void written.push(event);
  denials = new RecordDenials({ audit: { append }, clock: { now: () => time, monotonic: () => seconds } });
});

function flood(denial: Denial, count: number): void {
  for (let times = 0; times < count; times++) denials.add(denial);
}

describe('refusals at the door of the admin API', () => {
  it('are each a record', () => {
    denials.add(STRANGER);
    denials.add(OPERATOR);
    denials.flush();
    expect(written).toEqual([
      { event: 'operator.denied', time, ...STRANGER },
      { event: 'operator.denied', time, ...OPERATOR },
    ]);
  });

  it('are records of a bounded size', () => {
    denials.add({ ...STRANGER, action: '/x'.repeat(5_000) });
    expect(JSON.stringify(written).length).toBeLessThan(400);
  });

  it('are counted when there are more than ten in a second, and the count is written down once', () => {
    flood(STRANGER, 1_000);
    expect(written).toHaveLength(10);
    denials.flush();
    denials.flush();
    expect(written.slice(10)).toEqual([{ event: 'operator.denials-suppressed', time, strangers: 990, operators: 0 }]);
  });

  it('are recorded again in the next second', () => {
    flood(STRANGER, 100);
    seconds = 0.9;
    flood(STRANGER, 100);
    expect(written).toHaveLength(10);
    seconds = 1;
    flood(STRANGER, 100);
    expect(written).toHaveLength(20);
  });

  it('of an operator are not lost in a flood of strangers', () => {
    flood(STRANGER, 1_000);
    denials.add(OPERATOR);
    expect(written.at(-1)).toMatchObject({ actor: 'orders' });
    flood(OPERATOR, 19);
    denials.flush();
    expect(written.at(-1)).toMatchObject({ strangers: 990, operators: 10 });
  });

  it('stay refusals when they cannot be written', async () => {
    const append = () => Promise.reject(new Error('disk full'));
    const unwritten = new RecordDenials({ audit: { append }, clock: { now: () => time, monotonic: () => 0 } });
    unwritten.add(STRANGER);
    await new Promise((resolve) => setImmediate(resolve));
  });
});
