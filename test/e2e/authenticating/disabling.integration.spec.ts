import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disableClient, enableClient, type AdminCall } from '@mintmark/admin-client';
import { ASSERTION_TYPE, newAssertionKey, serviceAccountToken } from '../../clients/assertions.ts';
import { attemptOverHttp, type Attempt } from '../../clients/attempt.ts';
import { basic } from '../../clients/catalogue/case.ts';
import { KUBERNETES } from '../../clients/world.ts';
import { startCluster, type Cluster } from '../../cluster/cluster.ts';
import type { Replica } from '../../cluster/replica.ts';

/** A replica that hears nothing signs for fifteen seconds instead of five minutes. */
const SCALE = 20;
const Z_MILLIS = 300_000 / SCALE;
/** One poll of the database is enough, two seconds nominally; a busy machine, where that is a tenth of one, may take some more. */
const POLLS = 10;
const POLL_MILLIS = 2_000 / SCALE;

const key = newAssertionKey('RS256');
let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ replicas: 3, consumers: 0, timeScale: SCALE });
  await cluster.operator.apply(declaration({ disabled: false }));
}, 120_000);
afterAll(async () => cluster?.[Symbol.asyncDispose](), 60_000);

function declaration(issuer: { readonly disabled: boolean }): string {
  const audience = cluster.issuer;
  const subject = 'system:serviceaccount:shop:pod';
  return JSON.stringify({
    apiVersion: 'mintmark/v1',
    trustedIssuers: [{ issuer: KUBERNETES, profile: 'kubernetes', jwks: { keys: [key.jwk] }, ...issuer }],
    resources: [{ id: 'inventory', scopes: ['stock:read', 'stock:reserve'] }],
    clients: [{ id: 'pod', credentials: [{ kind: 'workload_identity', issuer: KUBERNETES, subject, audience }] }],
    policies: [{ client: 'pod', resource: 'inventory', scopes: ['stock:read'] }],
  });
}

const orders = (): Attempt => ({ authorization: [basic('orders', cluster.clientSecret)] });
const pod = (): Attempt => {
  const account = { issuer: KUBERNETES, audience: cluster.issuer, namespace: 'shop', name: 'pod' };
  return { assertion: { type: ASSERTION_TYPE, value: serviceAccountToken(key, account) } };
};

async function verdicts(attempt: Attempt, replicas: readonly Replica[] = cluster.replicas): Promise<readonly string[]> {
  const unused = { grpc: '', mtlsHttp: '', mtlsGrpc: '', authority: '' };
  const listeners = replicas.map(({ httpPort }) => ({ ...unused, http: `http://127.0.0.1:${httpPort}` }));
  return (await Promise.all(listeners.map((each) => attemptOverHttp(each, attempt)))).map(({ code }) => code);
}

const REFUSED = 'CLIENT_AUTHENTICATION_FAILED';

/** Asks all of them, once for each poll of the database that there may be, until they have one answer. */
async function soon(attempt: () => Attempt, code: string, replicas?: readonly Replica[]): Promise<void> {
  let last: readonly string[] = [];
  for (let poll = 0; poll < POLLS; poll += 1) {
    last = await verdicts(attempt(), replicas);
    if (last.every((each) => each === code)) return;
    await delay(POLL_MILLIS);
  }
  expect(last).toEqual(last.map(() => code));
}

/** By whichever replica can write: the load balancer does not know which is cut off. */
async function send(call: AdminCall<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await cluster.operator.send(call));
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

describe('on replicas that share a database', () => {
  it('a disabled client is refused by all of them, and let in again', async () => {
    await soon(orders, 'OK');
    await send(disableClient('orders'));
    await soon(orders, REFUSED);
    await send(enableClient('orders'));
    await soon(orders, 'OK');
  });

  it('a disabled issuer vouches for nobody on any of them', async () => {
    await soon(pod, 'OK');
    await cluster.operator.apply(declaration({ disabled: true }));
    await soon(pod, REFUSED);
    expect(new Set(await verdicts(orders()))).toEqual(new Set(['OK']));
    await cluster.operator.apply(declaration({ disabled: false }));
    await soon(pod, 'OK');
  });

  it('one that is cut off goes on for Z and no longer, whoever asks', async () => {
    const [cut, ...others] = cluster.replicas;
    cut!.database.cut();
    await send(disableClient('orders'));
    await soon(orders, REFUSED, others);
    // Not a promise, but what makes the rest of this worth anything.
    expect(await verdicts(orders(), [cut!])).toEqual(['OK']);
    await delay(Z_MILLIS);
    for (const attempt of [orders(), pod()]) {
      expect(await verdicts(attempt, [cut!])).toEqual([expect.stringMatching(/^SIGNING_/)]);
    }
    cut!.database.heal();
    await soon(orders, REFUSED, [cut!]);
    await send(enableClient('orders'));
  });
});
