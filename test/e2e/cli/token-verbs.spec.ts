import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ISSUER, testKey } from '../../../apps/cli/test/test-token.ts';
import { refusal, startFakeAdminApi, type FakeAdminApi } from './fake-admin-api.ts';
import { newOperator, type Operator } from './operator.ts';

const key = testKey();
const now = Math.floor(Date.now() / 1000);
const token = key.token({ claims: { iat: now, exp: now + 300 } });
const expired = key.token({ claims: { iat: now - 600, exp: now - 300 } });
const signature = token.split('.')[2]!;

let api: FakeAdminApi;
let ann: Operator;

beforeEach(async () => {
  api = await startFakeAdminApi();
  api.answers['GET /.well-known/jwks.json'] = [200, key.jwks];
  ann = newOperator();
  ann.logIn(api.origin);
  writeFileSync(join(ann.home, 'jwks.json'), JSON.stringify(key.jwks));
  writeFileSync(join(ann.home, 'token'), token);
  writeFileSync(join(ann.home, 'orders.secret'), 'orders-secret\n');
});
afterEach(async () => {
  await api.close();
  ann.leave();
});

describe('token get', () => {
  const line = 'token get --client orders --secret-file ~/orders.secret --audience inventory';

  it('prints the token and nothing else', async () => {
    expect(await ann.run(line)).toEqual({ exitCode: 0, out: 'header.claims.signature\n', err: '' });
    expect(JSON.parse((await ann.run(`${line} --scope a b -o json`)).out)).toMatchObject({
      access_token: 'header.claims.signature',
      scopes: ['a', 'b'],
    });
  });

  it('shows the call without the secret', async () => {
    const { out } = await ann.run(`${line} --as-curl`);
    expect(out).toContain("--data-urlencode 'audience=inventory'");
    expect(out).not.toContain('orders-secret');
  });

  it.each([
    ['what no policy grants', [400, { ...refusal('SCOPE_DENIED'), error: 'invalid_scope' }], 4],
    ['a wrong secret', [401, { ...refusal('CLIENT_AUTHENTICATION_FAILED'), error: 'invalid_client' }], 4],
    ['a sealed issuer', [503, { ...refusal('SIGNING_SEALED'), error: 'temporarily_unavailable' }], 5],
  ] as const)('is refused %s', async (_, answer, exitCode) => {
    api.tokenAnswer = answer;
    const ran = await ann.run(line);
    expect(ran).toMatchObject({ exitCode, out: '' });
    expect(ran.err).not.toContain('orders-secret');
  });

  it('is whoever the environment says, and says how it proves it', async () => {
    const service = newOperator({
      MINTMARK_CLIENT_ID: 'orders',
      MINTMARK_CLIENT_TOKEN_FILE: join(ann.home, 'nowhere'),
      MINTMARK_CLIENT_SECRET_FILE: join(ann.home, 'orders.secret'),
    });
    const asked = `token get --issuer ${api.origin} --audience inventory`;
    const ran = await service.run(asked);
    expect(ran).toMatchObject({ exitCode: 0, out: 'header.claims.signature\n' });
    expect(ran.err).toMatch(
      /^With the client secret.\n {2}no workload token: .*nowhere \(ENOENT\)\n {2}no private key:/,
    );
    expect(ran.err).not.toContain('orders-secret');
    expect(await service.run(`${asked} --as-curl`)).toMatchObject({ exitCode: 2, out: '' });
    service.leave();
  });

  it('says what it looked for where there is nothing', async () => {
    const { exitCode, err } = await ann.run('token get --client orders --audience inventory');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/there is no identity \(workload token: .*; private key: MINTMARK_CLIENT_KEY_FILE not set;/);
    const nobodys = await ann.run('token get --secret-file ~/orders.secret --audience inventory');
    expect(nobodys).toMatchObject({ exitCode: 2, err: expect.stringContaining('--client') });
  });

  it('takes one target', async () => {
    expect((await ann.run(`${line} --resource https://x`)).exitCode).toBe(2);
  });
});

describe('token inspect', () => {
  it('explains a token from standard input or a file, and shows no signature', async () => {
    for (const ran of [
      await ann.run('token inspect --jwks ~/jwks.json', { input: `${token}\n` }),
      await ann.run('token inspect ~/token --jwks ~/jwks.json'),
      await ann.run(`token inspect ~/token --jwks ${api.origin}/.well-known/jwks.json`),
      await ann.run('token inspect ~/token --jwks ~/jwks.json -o json'),
    ]) {
      expect(ran.exitCode).toBe(0);
      expect(ran.out).toMatch(/✓ signature|"verdict": "accepted"/);
      expect(ran.out + ran.err).not.toContain(signature);
    }
  });

  it('works offline, and then does not call it good', async () => {
    expect(await ann.run('token inspect', { input: token })).toMatchObject({
      exitCode: 3,
      out: expect.stringContaining('– signature'),
    });
  });

  it('says what is wrong', async () => {
    const { exitCode, out } = await ann.run('token inspect --audience billing', { input: `Bearer ${expired}` });
    expect(exitCode).toBe(4);
    expect(out).toContain('✗ not expired');
    expect(out).toContain('inventory; allowed: billing (AUD_MISMATCH)');
  });

  it.each([
    ['nothing', '', 'There is no token'],
    ['a megabyte', 'x'.repeat(1_000_000), 'longer than'],
  ])('refuses %s', async (_, input, message) => {
    expect(await ann.run('token inspect', { input })).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(message),
    });
  });

  it('waits for no token where nobody said there would be one', async () => {
    expect((await ann.run('token inspect', { tty: true })).exitCode).toBe(2);
  });
});

describe('token verify', () => {
  const line = `token verify ~/token --audience inventory --issuer ${ISSUER} --jwks ~/jwks.json`;

  it('gives the verdict of the verifier, and says that nobody was asked what is revoked', async () => {
    expect(await ann.run(line)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('✓ accepted: orders may'),
      err: expect.stringContaining('Whether it is revoked was not asked'),
    });
    expect(JSON.parse((await ann.run(`${line} -o json`)).out)).toMatchObject({ ok: true, client_id: 'orders' });
  });

  it.each([
    ['another audience', line.replace('inventory', 'billing'), 'AUD_MISMATCH'],
    ['another issuer', line.replace(ISSUER, 'https://other'), 'ISS_MISMATCH'],
    ['a scope it has not', `${line} --scope stock:write`, 'SCOPE_INSUFFICIENT'],
  ])('refuses %s', async (_, refused, code) => {
    expect(await ann.run(refused)).toMatchObject({ exitCode: 4, out: expect.stringContaining(code) });
  });

  it('asks the issuer for its keys, and cannot say without them', async () => {
    const own = key.token({ claims: { iss: api.origin, iat: now, exp: now + 300 } });
    expect((await ann.run('token verify --audience inventory', { input: own })).exitCode).toBe(0);
    await api.close();
    expect((await ann.run('token verify --audience inventory', { input: own })).exitCode).toBe(5);
    api = await startFakeAdminApi();
  });

  it.each(['http://tokens.internal/jwks', 'ftp://x'])('takes no keys from %s', async (jwks) => {
    expect((await ann.run(line.replace('~/jwks.json', jwks))).exitCode).toBe(2);
  });
});
