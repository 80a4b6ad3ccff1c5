import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, SECRET, startFakeAdminApi, type FakeAdminApi } from './fake-admin-api.ts';
import { newOperator, type Operator } from './operator.ts';

let api: FakeAdminApi;
let ann: Operator;

beforeEach(async () => {
  ann = newOperator();
  mkdirSync(join(ann.home, 'data'), { mode: 0o700 });
  api = await startFakeAdminApi(join(ann.home, 'data/admin.sock'));
  chmodSync(join(ann.home, 'data/admin.sock'), 0o600);
});
afterEach(async () => {
  await api.close();
  ann.leave();
});

describe('bootstrap', () => {
  it('makes the first operator over the socket, and says what comes next', async () => {
    const { exitCode, out, err } = await ann.run('bootstrap --data-dir ~/data --operator ann --to ~/ann.secret');
    expect(exitCode).toBe(0);
    expect(api.requests).toEqual([{ line: 'POST /host/v1/bootstrap', body: { operator: 'ann' } }]);
    expect(readFileSync(join(ann.home, 'ann.secret'), 'utf8')).toBe(`${SECRET}\n`);
    expect(out + err).not.toContain(SECRET);
    expect(err).toContain('mintmark login --client ann --secret-file');
  });

  it('works once', async () => {
    api.answers['POST /host/v1/bootstrap'] = [409, refusal('BOOTSTRAP_DONE')];
    const { exitCode, err } = await ann.run('bootstrap --data-dir ~/data --to ~/ann.secret');
    expect(exitCode).toBe(1);
    expect(err).toContain('BOOTSTRAP_DONE, request_id r-7');
  });

  it('does not speak to a socket that others can use', async () => {
    chmodSync(join(ann.home, 'data/admin.sock'), 0o666);
    const { exitCode, err } = await ann.run('bootstrap --data-dir ~/data --to ~/ann.secret');
    expect(exitCode).toBe(1);
    expect(err).toContain('mode 0666');
    expect(api.requests).toEqual([]);
  });

  it('says where it looked when the service is not running', async () => {
    const { exitCode, err } = await ann.run('bootstrap --data-dir ~/nowhere --to ~/ann.secret');
    expect(exitCode).toBe(5);
    expect(err).toContain(join(ann.home, 'nowhere/admin.sock'));
  });

  it('is shown as curl', async () => {
    expect((await ann.run('bootstrap --data-dir ~/data --as-curl')).out).toContain(
      `--unix-socket '${ann.home}/data/admin.sock'`,
    );
    expect(api.requests).toEqual([]);
  });
});

describe('keyset unseal', () => {
  const status = (sealed: string | null, epoch: number) => ({
    sealed,
    key_sets: [
      { issuer: 'https://tokens.internal', epoch, version: 5, witnessed: { epoch: 1, version: 9 }, risen: [] },
    ],
    registry: { version: 3, witnessed: 3 },
    revocations: { epoch, sequence: 4, witnessed: { epoch: 1, sequence: 6 } },
  });

  beforeEach(() => {
    api.answers['GET /host/v1/keyset'] = [200, status('the database holds revocation 1.4, and was at 1.6 before', 1)];
    api.answers['POST /host/v1/keyset/open-epoch'] = [200, status(null, 2)];
  });

  it('says what the database lacks and what is accepted with it, before it asks', async () => {
    const { exitCode, out } = await ann.run('keyset unseal --new-epoch --plan --data-dir ~/data');
    expect(exitCode).toBe(0);
    expect(out).toContain('was at 1.6 before');
    expect(out).toMatch(/https:\/\/tokens\.internal +1\.5 +1\.9/);
    expect(out).toMatch(/revocations +1\.4 +1\.6/);
    expect(out).toContain('sign again at once, whether verifiers hold them or not');
    expect(out).toContain('What was revoked since is accepted again until it expires');
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /host/v1/keyset']);
  });

  it('is shown as the call that it makes: a plan as one that changes nothing', async () => {
    const line = 'keyset unseal --new-epoch --data-dir ~/data --as-curl';
    expect((await ann.run(`${line} --plan`)).out).toMatch(/admin\.sock' 'http:\/\/localhost\/host\/v1\/keyset'$/m);
    expect((await ann.run(line)).out).toContain('-X POST');
    expect(api.requests).toEqual([]);
  });

  it('opens a new epoch', async () => {
    const { exitCode, out, err } = await ann.run('keyset unseal --new-epoch --yes --data-dir ~/data');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('https://tokens.internal: key set 2.5')]);
    expect(err).toContain('sign again at once');
  });
});

describe('init', () => {
  it('makes what is missing, once', async () => {
    const line = 'init --data-dir ~/fresh --declaration ~/mintmark.yaml -o json';
    const outcomes = async () =>
      (JSON.parse((await ann.run(line)).out) as { steps: { outcome: string }[] }).steps.map(({ outcome }) => outcome);
    expect(await outcomes()).toEqual(['made', 'made', 'made']);
    expect(await outcomes()).toEqual(['was there', 'was there', 'was there']);
  });
});
