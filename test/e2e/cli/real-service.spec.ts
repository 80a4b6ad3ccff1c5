import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { EXIT } from '../../../apps/cli/src/output/exit-codes.ts';
import { startAdminService, type AdminService } from '../admin/admin-service.ts';
import { newOperator, type Operator, type Ran } from './operator.ts';

// The canned answers of the other specs are only as good as this: each verb against the service itself.

let service: AdminService;
let ann: Operator;

beforeAll(async () => {
  service = await startAdminService({ bare: true });
  ann = newOperator({ MINTMARK_DATA_DIR: service.dataDir });
});
afterAll(async () => {
  ann.leave();
  await service.stop();
});

const where = () => `--issuer ${service.issuer} --admin ${service.admin}`;
const json = ({ out }: Ran): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

async function ok(line: string): Promise<Ran> {
  const ran = await ann.run(line);
  expect({ line, exitCode: ran.exitCode, err: ran.exitCode === 0 ? '' : ran.err }).toEqual({
    line,
    exitCode: 0,
    err: '',
  });
  return ran;
}

describe('the CLI against the service', () => {
  it('makes the first operator, once, and logs in', async () => {
    await ok('bootstrap --to ~/lost.secret');
    await ok('bootstrap --to ~/operator.secret');
    await ok(`login ${where()} --secret-file ~/operator.secret`);
    expect(await ann.run('bootstrap --to ~/another.secret')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('BOOTSTRAP_DONE'),
    });
    expect((await ann.run(`login ${where()} --secret-file ~/lost.secret`)).exitCode).toBe(4);
  });

  it('plans and applies the first declaration of init, and exports what it planned', async () => {
    await ok('init --data-dir ~/data --declaration ~/mintmark.yaml');
    expect((json(await ok('plan -f ~/mintmark.yaml -o json'))['changes'] as unknown[]).length).toBe(3);
    await ok('apply -f ~/mintmark.yaml --yes');
    expect(json(await ok('plan -f ~/mintmark.yaml -o json'))['changes']).toEqual([]);
    await ok('export --to ~/exported.yaml');
    const { clients } = parse(readFileSync(join(ann.home, 'exported.yaml'), 'utf8')) as { clients: { id: string }[] };
    expect(clients.map(({ id }) => id)).toContain('orders');
  });

  it.each([
    'clients list',
    'clients show orders',
    'resources list',
    'policies list',
    'keys status',
    'audit tail',
    'audit verify',
  ])('%s', async (line) => {
    expect((await ok(line)).out).not.toBe('');
    expect(json(await ok(`${line} -o json`))).toBeDefined();
  });

  it('says where a declaration is wrong', async () => {
    writeFileSync(join(ann.home, 'wrong.yaml'), 'apiVersion: mintmark/v1\npolices: []\n');
    const { exitCode, err } = await ann.run('plan -f ~/wrong.yaml');
    expect(exitCode).toBe(1);
    expect(err).toContain('wrong.yaml:2:1');
    expect(err).toContain('fix: rename it to `policies`');
    expect(err).toMatch(/DECLARATION_INVALID, request_id \S+/);
  });

  it('warns in a plan of an algorithm that no key signs yet, and of no other', async () => {
    const declared = readFileSync(join(ann.home, 'mintmark.yaml'), 'utf8');
    const choosing = declared.replace(/^( *)- id: inventory$/m, '$&\n$1  signingAlgorithm: EdDSA');
    expect(choosing).not.toBe(declared);
    writeFileSync(join(ann.home, 'eddsa.yaml'), choosing);
    const warning = /No key signs EdDSA yet.* signs from \S+Z; until then requests for inventory .* SIGNING_SEALED/;
    expect((await ok('plan -f ~/eddsa.yaml')).out).toMatch(warning);
    expect(json(await ok('plan -f ~/eddsa.yaml -o json'))['warnings']).toEqual([expect.stringMatching(warning)]);
    expect(json(await ok('plan -f ~/mintmark.yaml -o json'))['warnings']).toEqual([]);
    expect((await ann.run('apply -f ~/eddsa.yaml', { input: 'no\n', tty: true })).err).toMatch(warning);
  });

  it('creates, stops and starts a client, as planned and then done', async () => {
    await ok('clients create billing --plan');
    expect(await ann.run('clients show billing')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('CLIENT_UNKNOWN'),
    });
    await ok('clients create billing');
    await ok('clients disable billing --plan');
    expect(json(await ok('clients show billing -o json'))).toMatchObject({ disabled: false });
    await ok('clients disable billing --yes');
    expect(json(await ok('clients show billing -o json'))).toMatchObject({ disabled: true });
    await ok('clients enable billing');
  });

  it('gives a client a secret that works, and a token that passes every check', async () => {
    await ok('clients rotate-credential orders --to ~/orders.secret');
    const get = `token get --client orders --secret-file ~/orders.secret --issuer ${service.issuer} --audience inventory`;
    const { out: token } = await ok(get);
    const keys = `--audience inventory --issuer ${service.issuer}`;
    const inspected = await ann.run(`token inspect ${keys} --jwks ${service.http}/.well-known/jwks.json`, {
      input: token,
    });
    expect(inspected).toMatchObject({ exitCode: 0, out: expect.stringContaining('verdict  accepted') });
    expect((await ann.run(`token verify ${keys} --scope stock:read`, { input: token })).exitCode).toBe(0);
    expect((await ann.run(`${get} --scope stock:burn`)).exitCode).toBe(4);
  });

  it('creates a client with a key of its own, which gets a token by it', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const file = (name: string) => join(ann.home, name);
    writeFileSync(file('ship.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(file('ship.key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await ok('clients create shipping --public-key ~/ship.pub.pem --plan');
    await ok('clients create shipping --public-key ~/ship.pub.pem');
    expect(json(await ok('clients show shipping -o json'))).toMatchObject({
      credentials: [{ kind: 'private_key_jwt' }],
      secrets: [],
    });
    expect(await ann.run('clients create shipping --jwks-uri https://shipping.internal/jwks')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('There is a client shipping already'),
    });
    await ok('export --to ~/shipping.yaml');
    const declared = parse(readFileSync(file('shipping.yaml'), 'utf8')) as { policies: object[] };
    declared.policies.push({ client: 'shipping', resource: 'inventory', scopes: ['stock:read'] });
    writeFileSync(file('shipping.yaml'), stringify(declared));
    await ok('apply -f ~/shipping.yaml --yes');

    const pod = newOperator({ MINTMARK_CLIENT_KEY_FILE: file('ship.key.pem') });
    const get = `token get --client shipping --issuer ${service.issuer} --audience inventory`;
    // For its first seconds the service cannot tell whether an assertion is older than its memory.
    let got = await pod.run(get);
    for (let again = 0; got.exitCode === EXIT.unreachable && again < 20; again += 1) {
      await delay(200);
      got = await pod.run(get);
    }
    expect(got).toMatchObject({ exitCode: 0, err: expect.stringContaining('With the private key.') });
    const inspected = await ann.run(`token inspect --audience inventory --issuer ${service.issuer}`, {
      input: got.out,
    });
    expect(inspected.out).toContain('client_id  shipping');
    pod.leave();
  });

  it('plans a rotation, and is told when it would be safe', async () => {
    const planned = await ann.run('keys rotate --plan -o json');
    expect(planned.exitCode).toBe(3);
    expect((json(planned)['timeline'] as unknown[]).length).toBeGreaterThan(2);
    expect(json(planned)['refusal']).toMatchObject({ waits_for: 'publish-ahead', not_before: expect.any(String) });
    const { exitCode, err } = await ann.run('keys rotate --yes');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/possible from \S+Z \(waits for publish-ahead\)/);
  });

  it('is denied what an operator has no scope for, and told which', async () => {
    writeFileSync(
      join(ann.home, 'viewer.yaml'),
      `${readFileSync(join(ann.home, 'exported.yaml'), 'utf8').replace('clients:\n', 'clients:\n  - { id: viewer, credentials: [{ kind: client_secret }] }\n').replace('policies:\n', 'policies:\n  - { client: viewer, resource: mintmark-admin, scopes: [registry:read] }\n')}`,
    );
    await ok('apply -f ~/viewer.yaml --yes');
    await ok('clients rotate-credential viewer --to ~/viewer.secret');
    const bob = newOperator();
    const copy = readFileSync(join(ann.home, 'viewer.secret'), 'utf8');
    const login = await bob.run(`login ${where()} --client viewer`, { input: copy });
    expect(login).toMatchObject({ exitCode: 0 });
    expect((await bob.run('clients list')).exitCode).toBe(0);
    const denied = await bob.run('clients disable orders --yes');
    expect(denied).toMatchObject({ exitCode: 4, err: expect.stringContaining('it takes registry:write') });
    expect((await bob.run('keys status')).exitCode).toBe(4);
    bob.leave();
  });

  it('finds nothing wrong with it', async () => {
    const { out } = await ann.run('doctor -o json');
    const { checks } = JSON.parse(out) as { checks: { name: string; outcome: string; detail: string }[] };
    // The management listener is at a port of its own here, and not where doctor looks.
    const notOk = checks.filter(({ name, outcome }) => outcome !== 'ok' && name !== 'readiness');
    expect(notOk).toEqual([]);
  });

  it('is heard of in the audit trail', async () => {
    const { out } = await ok('audit tail --event operator.action -n 100');
    expect(out).toContain('client.disable billing done');
    expect(out).not.toContain('token.issued');
  });
});
