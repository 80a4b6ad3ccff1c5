import { describe, expect, it } from '@jest/globals';
import { whatOf } from './audit-line.ts';

const line = (members: object) => ({ seq: 1, event: 'e', time: 't', ...members });
const ROTATE = { action: 'keys.rotate', subject: 'public/ES256', scopes: ['keys:read'] };

describe('what a line of the audit trail is about', () => {
  it.each<[string, object, string]>([
    [
      'a token',
      { resource: 'inventory', scopes: ['stock:read', 'stock:reserve'] },
      'inventory stock:read stock:reserve',
    ],
    ['a token that was denied', { target: 'payroll', code: 'POLICY_DENIED' }, 'payroll POLICY_DENIED'],
    ['an action', { ...ROTATE, plan: false, outcome: 'done' }, 'keys.rotate public/ES256 done'],
    ['a plan', { ...ROTATE, plan: true, outcome: 'done' }, 'plan of keys.rotate public/ES256 done'],
    [
      'the registry',
      {
        change: {
          resources: [['create', 'inventory']],
          clients: [['update', 'orders', { fields: ['disabled'] }]],
          policies: [['remove', 'orders/inventory', { before: [] }]],
          secrets: [['add', 'orders', 's1']],
        },
      },
      'create resource inventory, update client orders, remove policy orders/inventory, add secret orders/s1',
    ],
    [
      'a large change',
      { change: { clients: Array.from({ length: 1007 }, (_, at) => ['create', `c${at}`]) } },
      'create client c0, create client c1, create client c2, create client c3, create client c4, and 1,002 more',
    ],
    [
      'keys',
      { change: { transition: 'activate', keys: [{ kid: 'BCuzT_4hr64Lxnb0' }, { kid: 'wPz3wS6c' }] } },
      'activate BCuzT_4hr64L wPz3wS6c',
    ],
    ['what is revoked', { change: { kind: 'client', id: 'orders', until: 't' } }, 'client orders'],
    ['a line that was altered', { change: { keys: 7, clients: [[{}], null] }, action: {} }, ' client ,  client '],
  ])('%s', (_, members, what) => {
    expect(whatOf(line(members))).toBe(what);
  });
});
