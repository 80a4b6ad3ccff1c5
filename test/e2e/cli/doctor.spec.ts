import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startFakeAdminApi, type FakeAdminApi } from './fake-admin-api.ts';
import { newOperator, type Operator } from './operator.ts';

let api: FakeAdminApi;
let ann: Operator;

beforeEach(async () => {
  api = await startFakeAdminApi();
  ann = newOperator();
  ann.logIn(api.origin);
});
afterEach(async () => {
  await api.close();
  ann.leave();
});

interface Check {
  name: string;
  outcome: string;
  detail: string;
  fix?: string;
}

async function examine(): Promise<{ exitCode: number; checks: Check[]; notOk: string[] }> {
  const { exitCode, out } = await ann.run(`doctor --management ${api.origin} -o json`);
  const { checks } = JSON.parse(out) as { checks: Check[] };
  return { exitCode, checks, notOk: checks.filter(({ outcome }) => outcome !== 'ok').map(({ name }) => name) };
}

type Keys = { rings: { keys: Record<string, unknown>[] }[] };

/** The answer about keys, changed. */
function withKeys(change: (keys: Record<string, unknown>[]) => Record<string, unknown>[]): void {
  const [status, body] = api.answers['GET /admin/v1/keys'] as readonly [number, Keys];
  const rings = body.rings.map((ring) => ({ ...ring, keys: change(ring.keys) }));
  api.answers['GET /admin/v1/keys'] = [status, { rings }];
}

describe('doctor', () => {
  it('finds nothing wrong where nothing is, in ten checks', async () => {
    const { exitCode, checks, notOk } = await examine();
    expect(notOk).toEqual([]);
    expect(checks).toHaveLength(10);
    expect(exitCode).toBe(0);
  });

  it.each<[string, string[], 1 | 3, () => void]>([
    ['credentials that others can read', ['credentials'], 1, () => chmodSync(ann.credentials.path, 0o644)],
    ['nobody logged in', ['credentials'], 1, () => void ann.credentials.remove()],
    ['a clock that is 30 s off', ['clock'], 1, () => (api.clockOffset = -30_000)],
    ['a clock that is 8 s off', ['clock'], 3, () => (api.clockOffset = 8_000)],
    ['an empty key set', ['key set'], 1, () => (api.answers['GET /.well-known/jwks.json'] = [200, { keys: [] }])],
    [
      'a private key in the key set',
      ['key set'],
      1,
      () => (api.answers['GET /.well-known/jwks.json'] = [200, { keys: [{ kid: 'a', d: 'x' }] }]),
    ],
    [
      'a service that cannot sign',
      ['readiness'],
      1,
      () => (api.answers['GET /readyz'] = [503, { status: 'not ready', reasons: ['sealed'] }]),
    ],
    [
      'a secret that was rotated away',
      ['operator token', 'admin API', 'next rotation'],
      1,
      () => (api.tokenAnswer = [401, { ...refusal('CLIENT_AUTHENTICATION_FAILED'), error: 'invalid_client' }]),
    ],
    [
      'an admin API that refuses every token',
      ['admin API', 'next rotation'],
      1,
      () => (api.answers['GET /admin/v1/keys'] = [401, refusal('TOKEN_INVALID')]),
    ],
    [
      'an operator who may not see the keys',
      ['admin API', 'next rotation'],
      1,
      () => (api.answers['GET /admin/v1/keys'] = [403, refusal('SCOPE_INSUFFICIENT')]),
    ],
    ['no successor', ['next rotation'], 3, () => withKeys((keys) => keys.slice(0, 1))],
    ['no active key', ['next rotation'], 1, () => withKeys((keys) => keys.slice(1))],
    [
      'a key that may sign no more',
      ['next rotation'],
      1,
      () => withKeys((keys) => keys.map((key) => ({ ...key, sign_not_after: '2020-01-01T00:00:00.000Z' }))),
    ],
    [
      'a rotation that is overdue',
      ['next rotation'],
      3,
      () =>
        withKeys((keys) =>
          keys.map((key) => ({ ...key, next: { ...(key['next'] as object), not_before: '2020-01-01T00:00:00.000Z' } })),
        ),
    ],
  ])('finds %s, and how to mend it', async (_, names, exitCode, breakIt) => {
    breakIt();
    const found = await examine();
    expect(found.notOk).toEqual(expect.arrayContaining(names));
    expect(found.exitCode).toBe(exitCode);
    const [first] = found.checks.filter(({ name }) => name === names[0]);
    expect(first?.fix).toEqual(expect.any(String));
  });

  it('finds an issuer that calls itself something else', async () => {
    const { port } = new URL(api.origin);
    ann.credentials.write({ ...ann.credentials.read(), issuer: `http://localhost:${port}` });
    const { notOk } = await examine();
    expect(notOk).toContain('issuer');
  });

  it('finds an address that would show secrets to others, and sends none', async () => {
    ann.credentials.write({ ...ann.credentials.read(), admin: 'http://tokens.internal:4003' });
    expect((await examine()).notOk).toContain('transport');
    expect(api.requests).toEqual([]);
  });

  it('gets through all ten when nothing answers at all', async () => {
    const line = `doctor --management ${api.origin} -o json`;
    await api.close();
    const { exitCode, out } = await ann.run(line);
    expect(exitCode).toBe(1);
    expect((JSON.parse(out) as { checks: Check[] }).checks).toHaveLength(10);
    api = await startFakeAdminApi();
  });

  it('says it to people with a mark each', async () => {
    api.clockOffset = -30_000;
    const { out } = await ann.run(`doctor --management ${api.origin}`);
    expect(out).toMatch(/^✗ clock +\d+ s behind this machine$/m);
    expect(out).toContain('fix: Synchronise both clocks (NTP).');
    expect(out).toMatch(/^✓ key set/m);
  });
});
