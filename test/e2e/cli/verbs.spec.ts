import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { PrivateFile } from '../../../apps/cli/src/input/private-file.ts';
import { publicJwkOfCertificate, selfSigned } from '../../clients/certificates.ts';
import {
  HOLDINGS,
  AT,
  LAGGARD,
  ORDERS,
  refusal,
  ROTATION,
  SECRET,
  startFakeAdminApi,
  type FakeAdminApi,
} from './fake-admin-api.ts';
import { newOperator, type Operator, type Ran } from './operator.ts';

const IDENTITY = await selfSigned();
const CERTIFIED = publicJwkOfCertificate(IDENTITY);

let api: FakeAdminApi;
let ann: Operator;

beforeEach(async () => {
  api = await startFakeAdminApi();
  ann = newOperator();
  ann.logIn(api.origin);
  writeFileSync(join(ann.home, 'mintmark.yaml'), 'apiVersion: mintmark/v1\n');
});
afterEach(async () => {
  ann.leave();
  await api.close();
});

const json = ({ out }: Ran): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

describe('verbs that look', () => {
  it.each([
    ['clients list', 'GET /admin/v1/clients?limit=1000', 'orders', 'clients'],
    ['clients show orders', 'GET /admin/v1/clients/orders', 'stock:read', 'policies'],
    ['resources list', 'GET /admin/v1/resources?limit=1000', 'inventory', 'resources'],
    ['policies list', 'GET /admin/v1/policies?limit=1000', 'stock:read', 'policies'],
    ['plan -f ~/mintmark.yaml', 'POST /admin/v1/registry/plan', '+ create client billing', 'base_version'],
    ['keys status', 'GET /admin/v1/keys', 'kid-active-0', 'rings'],
    ['keys users kid-s', 'GET /admin/v1/keys', 'pod-3', 'holders'],
    ['keys plan', 'GET /admin/v1/keys/plan', 'it signs from now on', 'rings'],
    ['keys rotate --plan', 'POST /admin/v1/keys/rotate', 'it signs from now on', 'timeline'],
    ['keys prepare --plan', 'POST /admin/v1/keys/prepare', 'it signs from now on', 'timeline'],
    ['revoke list', 'GET /admin/v1/revocations?limit=1000', 'orders', 'revocations'],
    ['revoke token jti-1 --plan', 'POST /admin/v1/revocations', 'would refuse token jti-1', 'bounds'],
    ['revoke client orders --plan', 'POST /admin/v1/revocations', '370 s behind a replica', 'until'],
    ['audit tail', 'GET /admin/v1/audit?limit=20', 'client.disable', 'events'],
    ['audit verify', 'POST /admin/v1/audit/verify', 'The chain holds: 42 lines', 'anchored_seq'],
  ])('%s: as a table, as JSON and as YAML', async (line, request, text, member) => {
    const table = await ann.run(line);
    expect(table).toMatchObject({ exitCode: 0, out: expect.stringContaining(text) });
    expect(api.lines()[0]).toBe(request);
    expect(json(await ann.run(`${line} -o json`))).toHaveProperty(member);
    expect(parse((await ann.run(`${line} -o yaml`)).out)).toHaveProperty(member);
  });

  it('of a rotation say whose tokens are concerned', async () => {
    const { out } = await ann.run('keys rotate --plan');
    expect(out).toMatch(/Key kid-active-0 signs no more; its tokens are accepted until they expire, the last \d{4}/);
  });

  it('of one that would be refused say so, with what is waited for, by whom, and exit code 3', async () => {
    const gate = { code: 'KEYS_ROTATION_TOO_EARLY', not_before: '2026-01-15T09:00:00.000Z', laggards: [LAGGARD] };
    api.answers['POST /admin/v1/keys/rotate'] = (request) => [
      200,
      { ...ROTATION, planned: request.body['plan'] === true, refusal: { ...gate, waits_for: 'publish-ahead' } },
    ];
    const { exitCode, out } = await ann.run('keys rotate --plan');
    expect(exitCode).toBe(3);
    expect(out).toContain(
      'It would be refused now (KEYS_ROTATION_TOO_EARLY): it waits for publish-ahead, until 2026-01-15T09:00:00Z.',
    );
    expect(out).toContain('Not acknowledged: kid-standby- by stock for inventory, pod-3');
    const document = json(await ann.run('keys rotate --plan -o json'));
    expect(document['refusal']).toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY', waits_for: 'publish-ahead' });
  });

  it('say how old a key is, and who holds it, and name who does not', async () => {
    const status = await ann.run('keys status');
    expect(status.out).toMatch(/STATE +AGE +SIGNS UNTIL.*\n.* active +\d+ (s|min|h|d) /);
    expect(status.out).toContain('39 of 40');
    for (const { err } of [status, await ann.run('keys plan')]) {
      expect(err).toContain('Not acknowledged: kid-standby- by stock for inventory, pod-3\nand 7 more');
    }
    const { err } = await ann.run('keys users kid-standby');
    expect(err).toContain('held by 39 of 40 verifiers that watch');
    expect(err).toContain('and 38 more that hold it');
    expect(err).toContain('and 3 clients have tokens of it now');
    expect(err).toContain(`orders has tokens of it until ${AT.replace('.000', '')}\nand 2 more have tokens of it`);
    expect(status.err).toContain('Named as held when the key set was asked for here: 1.7, 12 times');
    expect(err).not.toContain('that do not');
  });

  it('show the same call as curl, without making it', async () => {
    for (const line of [
      'clients list',
      'keys status',
      'plan -f ~/mintmark.yaml',
      'clients disable orders',
      'audit verify',
    ]) {
      const { exitCode, out } = await ann.run(`${line} --as-curl`);
      expect(exitCode).toBe(0);
      expect(out).toContain('$MINTMARK_ADMIN_TOKEN');
      expect(out).toContain(`${api.origin}/admin/v1/`);
    }
    expect(api.requests).toEqual([]);
  });

  it('show both calls where it takes two, the second for the version that the first one answers', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(ann.home, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    for (const line of ['apply -f ~/mintmark.yaml', 'clients create orders --public-key ~/key.pem']) {
      const { exitCode, out } = await ann.run(`${line} --as-curl`);
      const [plan = '', apply = ''] = out.split('# applies it\n');
      expect([exitCode, plan, apply]).toEqual([
        0,
        expect.stringContaining(`${api.origin}/admin/v1/registry/plan`),
        expect.stringContaining(`${api.origin}/admin/v1/registry/apply`),
      ]);
      expect(apply).toContain(`"base_version":'"$MINTMARK_BASE_VERSION"'}'`);
    }
    const { out } = await ann.run('clients create orders --public-key ~/key.pem --plan --as-curl');
    expect(out).not.toContain('registry/apply');
    expect(api.requests).toEqual([]);
  });

  it.each(['doctor', 'init', 'login', 'logout', 'version', 'token inspect', 'token verify --audience a'])(
    'refuse to show %s as curl',
    async (line) => {
      const { exitCode, out, err } = await ann.run(`${line} --as-curl`);
      expect([exitCode, out, err]).toEqual([
        2,
        '',
        expect.stringMatching(/mintmark [a-z ]+ does not take --as-curl, because/),
      ]);
    },
  );

  it('read no file that is far too large, and say what to do about one', async () => {
    writeFileSync(join(ann.home, 'mintmark.yaml'), '#'.repeat(32 * 1024 * 1024 + 1));
    expect(await ann.run('plan -f ~/mintmark.yaml')).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/mintmark.yaml is longer than 33554432 bytes. Check .* declare fewer clients/),
    });
    expect(api.requests).toEqual([]);
  });

  it('read every page', async () => {
    api.answers['GET /admin/v1/clients'] = ({ line }) => [
      200,
      {
        clients: [{ ...ORDERS, id: line.includes('cursor') ? 'b' : 'a' }],
        next_cursor: line.includes('cursor') ? null : 'a',
      },
    ];
    const { clients } = json(await ann.run('clients list -o json')) as { clients: { id: string }[] };
    expect(clients.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('say it with exit code 1 when the audit chain is broken', async () => {
    const broken = {
      ok: false,
      lines: 6,
      last_seq: 6,
      anchored_seq: 9,
      anchored_at: null,
      first_bad: { line: 7, problem: 'is not JSON' },
    };
    api.answers['POST /admin/v1/audit/verify'] = [200, broken];
    const { exitCode, out } = await ann.run('audit verify');
    expect(exitCode).toBe(1);
    expect(out).toContain('broken at line 7: is not JSON');
  });

  it('follow the audit trail until Ctrl-C, line by line and none twice', async () => {
    const interrupt = new AbortController();
    let asked = 0;
    api.answers['GET /admin/v1/audit'] = ({ line }) => {
      asked += 1;
      const after = Number(/after=(\d+)/.exec(line)?.[1] ?? 40);
      if (asked === 2) interrupt.abort();
      return [200, { events: [{ seq: after + 1, prev: '', event: 'token.issued', time: 't' }], last_seq: after + 1 }];
    };
    const { exitCode, out } = await ann.run('audit tail --follow -o json', { interrupt: interrupt.signal });
    expect(exitCode).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { seq: number }).seq)[0],
    ).toBe(41);
    expect(api.lines()[1]).toContain('after=41');
  });

  it('show of one event the oldest behind a number, else the newest, and follow from there', async () => {
    const all = Array.from({ length: 9 }, (_, n) => ({ seq: 41 + n, prev: '', event: n % 2 ? 'b' : 'a', time: 't' }));
    const interrupt = new AbortController();
    api.answers['GET /admin/v1/audit'] = () => {
      if (api.lines().length === 4) interrupt.abort();
      return [200, { events: all, last_seq: 49 }];
    };
    const shown = async (line: string) =>
      (json(await ann.run(`${line} -o json`))['events'] as { seq: number }[]).map(({ seq }) => seq);
    expect(await shown('audit tail --event a -n 2')).toEqual([47, 49]);
    expect(await shown('audit tail --event a -n 2 --after 40')).toEqual([41, 43]);
    await ann.run('audit tail --event a -n 2 --after 40 --follow', { interrupt: interrupt.signal });
    expect(api.lines().slice(2)).toEqual([expect.stringContaining('after=40'), expect.stringContaining('after=43')]);
  });

  it('export the registry as it comes, as JSON, or to a new file', async () => {
    expect((await ann.run('export')).out).toBe('apiVersion: mintmark/v1\nresources: []\n');
    expect(json(await ann.run('export -o json'))).toEqual({ apiVersion: 'mintmark/v1', resources: [] });
    api.answers['GET /admin/v1/registry/export'] = [
      200,
      'apiVersion: mintmark/v1\nclients: [{ kid: "\\u007f\\ufeff" }]\n',
    ];
    expect((await ann.run('export -o json')).out).toContain('"kid": "\\u007f\\ufeff"');
    expect((await ann.run('export --to ~/out.yaml')).exitCode).toBe(0);
    expect(readFileSync(join(ann.home, 'out.yaml'), 'utf8')).toContain('apiVersion');
    expect((await ann.run('export --to ~/out.yaml')).exitCode).toBe(2);
  });
});

describe('verbs that change something', () => {
  it('create a client, and say what comes next', async () => {
    const { exitCode, err } = await ann.run('clients create billing');
    expect(exitCode).toBe(0);
    expect(err).toContain('Next: mintmark clients rotate-credential billing');
    expect(api.requests[0]?.body).toEqual({ id: 'billing' });
  });

  describe('create a client that has a key or a certificate', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const CREATED = [{ kind: 'client', action: 'create', id: 'billing', fields: [] }];
    const declared = () => JSON.parse(String(api.requests.at(-1)?.body['declaration'])) as Record<string, unknown>;

    beforeEach(() => {
      api.answers['POST /admin/v1/registry/plan'] = [200, { base_version: 7, changes: CREATED }];
      const pem = (key: KeyObject, type: 'spki' | 'pkcs8') => key.export({ type, format: 'pem' }) as string;
      const files = {
        'public.pem': pem(publicKey, 'spki'),
        'public.json': JSON.stringify({ ...jwk, kid: 'k1', x5c: ['left out'] }),
        'jwks.json': JSON.stringify({ keys: [jwk, jwk] }),
        'private.pem': pem(privateKey, 'pkcs8'),
        'private.json': JSON.stringify(privateKey.export({ format: 'jwk' })),
        'private-set.json': JSON.stringify({ keys: [jwk, privateKey.export({ format: 'jwk' })] }),
        'symmetric.json': JSON.stringify({ kty: 'oct', k: 'aHVudGVyMg' }),
        'empty.json': '{"keys":[]}',
        'certificate.pem': IDENTITY.certificate,
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(ann.home, name), text);
    });

    it.each<[string, object]>([
      ['--public-key ~/public.pem', { kind: 'private_key_jwt', jwks: { keys: [jwk] } }],
      ['--public-key ~/public.json', { kind: 'private_key_jwt', jwks: { keys: [{ ...jwk, kid: 'k1' }] } }],
      ['--public-key ~/jwks.json', { kind: 'private_key_jwt', jwks: { keys: [jwk, jwk] } }],
      [
        '--jwks-uri https://billing.internal/jwks',
        { kind: 'private_key_jwt', jwksUri: 'https://billing.internal/jwks' },
      ],
      ['--certificate-name sanDns=billing.internal', { kind: 'tls_client_auth', sanDns: 'billing.internal' }],
      ['--certificate-name subjectDn=CN=billing,O=Shop', { kind: 'tls_client_auth', subjectDn: 'CN=billing,O=Shop' }],
      ['--certificate ~/certificate.pem', { kind: 'self_signed_tls_client_auth', jwks: { keys: [CERTIFIED] } }],
    ])('%s: applies a declaration of it alone', async (options, credential) => {
      const { exitCode, out, err } = await ann.run(`clients create billing ${options}`);
      expect([exitCode, err]).toEqual([0, expect.stringContaining('add a policy that lets it ask')]);
      expect(out).toContain(`credentials  ${(credential as { kind: string }).kind}`);
      expect(api.lines()).toEqual(['POST /admin/v1/registry/plan', 'POST /admin/v1/registry/apply']);
      expect(api.requests[1]?.body).toMatchObject({ base_version: 7, prune: false });
      expect(declared()).toEqual({
        apiVersion: 'mintmark/v1',
        clients: [{ id: 'billing', credentials: [credential] }],
      });
    });

    it('or only plans it', async () => {
      const planned = await ann.run('clients create billing --public-key ~/public.pem --plan -o json');
      expect(json(planned)).toMatchObject({ id: 'billing', credentials: [{ kind: 'private_key_jwt' }] });
      expect(api.lines()).toEqual(['POST /admin/v1/registry/plan']);
    });

    it.each(['private.pem', 'private.json', 'private-set.json', 'symmetric.json'])(
      'refuses to send a private key: %s',
      async (file) => {
        const refused = await ann.run(`clients create billing --public-key ~/${file}`);
        expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('openssl pkey') });
        expect(api.lines()).toEqual([]);
      },
    );

    it.each([
      ['--public-key ~/empty.json', 'holds no public key'],
      ['--public-key ~/mintmark.yaml', 'holds no public key'],
      ['--certificate ~/public.pem', 'holds no certificate'],
      ['--certificate-name orders.internal', 'takes sanDns='],
      ['--certificate-name email=x@y', 'takes sanDns='],
    ])('says what it takes: %s', async (options, takes) => {
      const refused = await ann.run(`clients create billing ${options}`);
      expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining(takes) });
      expect(api.lines()).toEqual([]);
    });

    it.each([
      ['changed', [{ ...CREATED[0], action: 'update' }]],
      ['the same', []],
    ])('but replaces none that is there: %s', async (_, changes) => {
      api.answers['POST /admin/v1/registry/plan'] = [200, { base_version: 7, changes }];
      const refused = await ann.run('clients create billing --public-key ~/public.pem');
      expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('There is a client billing already') });
      expect(api.lines()).toEqual(['POST /admin/v1/registry/plan']);
    });
  });

  it('revoke a token or a client, and let in again what a client is issued from now on', async () => {
    const revoked = await ann.run('revoke token jti-1 --yes --reason leaked');
    expect(revoked).toMatchObject({ exitCode: 0, out: expect.stringContaining('Verifiers refuse token jti-1 until') });
    expect(revoked.out).toContain('within 2 s where they watch, 70 s where they poll');
    expect(revoked.out).toContain(
      '370 s behind a replica that is cut off from the database, if a load balancer passes it by',
    );
    expect(revoked.out).toContain('goes on until what it holds is too old (deadAfterSeconds: 1 h');
    expect((await ann.run('revoke client orders --yes')).out).toContain('refuse every token of client orders');
    expect((await ann.run('revoke client orders --admit --yes')).out).toContain(
      'tokens of client orders issued before',
    );
    expect(api.requests.filter(({ body }) => body['plan'] === undefined).map(({ body }) => body)).toEqual([
      { action: 'revoke', kind: 'token', id: 'jti-1', reason: 'leaked' },
      { action: 'revoke', kind: 'client', id: 'orders' },
      { action: 'admit', kind: 'client', id: 'orders' },
    ]);
  });

  it('enable a client', async () => {
    expect(await ann.run('clients enable orders')).toMatchObject({ exitCode: 0, out: 'Client orders is enabled.\n' });
  });

  it.each([
    ['clients disable orders', 'POST /admin/v1/clients/orders/disable'],
    ['apply -f ~/mintmark.yaml', 'POST /admin/v1/registry/apply'],
    ['keys rotate', 'POST /admin/v1/keys/rotate'],
    ['revoke client orders', 'POST /admin/v1/revocations'],
    ['keys prepare', 'POST /admin/v1/keys/prepare'],
    ['keys activate kid-standby', 'POST /admin/v1/keys/kid-standby-00000/activate'],
    ['keys deactivate kid-active-000000', 'POST /admin/v1/keys/kid-active-000000/deactivate'],
    ['keys destroy kid-s', 'POST /admin/v1/keys/kid-standby-00000/destroy'],
    ['keys compromise kid-a --reason stolen', 'POST /admin/v1/keys/kid-active-000000/compromise'],
    ['clients rotate-credential orders --to ~/s --expire-others-after 24h', 'POST /admin/v1/clients/orders/secrets'],
  ])('%s: shows the plan and asks; only a yes changes anything', async (line, request) => {
    const changes = () => api.requests.filter((each) => each.line === request && each.body['plan'] !== true).length;

    const refused = await ann.run(line);
    expect(refused).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('Repeat with --yes') });
    const declined = await ann.run(line, { tty: true, input: 'n\n' });
    expect(declined).toMatchObject({ exitCode: 1, err: expect.stringContaining('Nothing was changed.') });
    const silent = await ann.run(line, { tty: true, input: '\n' });
    expect(silent.exitCode).toBe(1);
    expect(changes()).toBe(0);

    expect((await ann.run(line, { tty: true, input: 'y\n' })).exitCode).toBe(0);
    expect(changes()).toBe(1);
    expect((await ann.run(`${line.replace('~/s', '~/t')} --yes -o json`)).exitCode).toBe(0);
    expect(changes()).toBe(2);
  });

  it.each([
    ['nobody', 'No key begins with nobody'],
    ['kid-', '2 keys begin with kid-'],
  ])('a kid %s names no single key: nothing is sent', async (kid, told) => {
    expect(await ann.run(`keys activate ${kid} --yes`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(told),
    });
    expect(api.requests.filter(({ line }) => line.startsWith('POST'))).toEqual([]);
  });

  it('a refused step of a key names the gate and when it opens', async () => {
    api.answers['POST /admin/v1/keys/kid-standby-00000/destroy'] = [
      409,
      refusal('KEYS_DESTRUCTION_TOO_EARLY', { kid: 'kid-standby-00000', not_before: AT, waits_for: 'last-token' }),
    ];
    const { exitCode, err } = await ann.run('keys destroy kid-standby --yes');
    expect(exitCode).toBe(1);
    expect(err).toContain(`possible from ${AT} (waits for last-token)`);
    expect(JSON.parse((await ann.run('keys destroy kid-standby --yes -o json')).err)).toMatchObject({
      error: { code: 'KEYS_DESTRUCTION_TOO_EARLY', not_before: AT, waits_for: 'last-token' },
    });
  });

  it('a compromise tells before what it costs, and afterwards who has it', async () => {
    const { exitCode, out, err } = await ann.run('keys compromise kid-a --reason stolen --scope custody --yes');
    expect(exitCode).toBe(0);
    expect(err).toContain('refused from now on');
    expect(err).toContain('within 2 s on the stream, 70 s polling, and 300 s later behind a replica that is cut off');
    expect(err).toContain(
      'One that reaches no other replica goes on until what it holds is too old (deadAfterSeconds: 1 h',
    );
    expect(err).toContain('Verifiers of others: within 3,000 s');
    expect(err).toContain('public: 40 of 40 verifiers have it');
    expect(out).toContain('1 key is compromised since key set 1.9');
    expect(api.requests.at(-2)?.body).toEqual({
      ...{ ring: 'public', scope: 'custody', reason: 'stolen', without_standby: 'refuse' },
    });
  });

  describe('a compromise', () => {
    const COMPROMISE = 'POST /admin/v1/keys/kid-active-000000/compromise';
    const holding = (...states: (object | number)[]) => {
      api.answers['GET /admin/v1/keys/holdings'] = () => {
        const state = states.length > 1 ? states.shift() : states[0];
        return typeof state === 'number' ? [state, {}] : [200, { rings: [{ ...HOLDINGS, ...state }] }];
      };
    };
    const answering = (change: object) => {
      const sound = api.answers[COMPROMISE] as (request: object) => [number, object];
      api.answers[COMPROMISE] = [200, { ...sound({ body: {} })[1], ...change }];
    };
    const run = (options: object = {}) => ann.run('keys compromise kid-a --reason stolen --yes', options);
    const bounds = { stream_seconds: 0.1, polling_seconds: 1.5, cut_off_seconds: 1, foreign_seconds: 1 };

    it('waits for the verifiers that report, and names those that do not come', async () => {
      answering({ bounds });
      holding(
        { holding: 37, missing: ['inventory-2', 'stock-7', 'stock-8'] },
        { holding: 36, missing: ['stock-7', 'stock-8'] },
      );
      const { exitCode, out, err } = await run();
      expect(exitCode).toBe(3);
      expect(err).toContain('public: 37 of 40 verifiers have it');
      expect(out).toContain('Still without the new key set: stock-7, stock-8, and 2 more');
    });

    it('asks again where the service does not answer at first', async () => {
      answering({ bounds: { ...bounds, polling_seconds: 60 } });
      holding(503, {});
      const { exitCode, err } = await run();
      expect([exitCode, err]).toEqual([0, expect.stringContaining('public: 40 of 40 verifiers have it')]);
    });

    it('says so, with a warning, where nothing can be known', async () => {
      answering({ bounds });
      holding(503);
      const { exitCode, out, err } = await run();
      expect([exitCode, out]).toEqual([3, expect.stringContaining('It is not known who has the new key set')]);
      expect(err).toContain('It cannot be asked who has it.');
      expect(json(await ann.run('keys compromise kid-a --reason x --yes -o json'))).toMatchObject({ holdings: null });
    });

    it('says so, with a warning, where it is not remembered outside the database', async () => {
      answering({ witnessed: false });
      const { exitCode, out } = await run();
      expect([exitCode, out]).toEqual([3, expect.stringContaining('MINTMARK_WITNESS_FILE could not be written')]);
      expect((await ann.run('keys compromise kid-a --reason x --no-wait --yes')).exitCode).toBe(3);
    });

    it('says what is lost as a whole', async () => {
      answering({ scope: 'custody', custody: ['9KEN5BFxhw5T8mt4'] });
      const { err } = await run();
      expect(err).toContain('Everything under 9KEN5BFxhw5T8mt4, and nothing is made there again.');
    });

    it('draws a bar in a terminal', async () => {
      answering({ bounds });
      holding({ holding: 20, missing: [] }, {});
      const { exitCode, err } = await run({ tty: true });
      expect(exitCode).toBe(0);
      expect(err).toContain(`\r\u001b[2K[${'█'.repeat(12)}${'░'.repeat(12)}] public: 20 of 40 verifiers have it`);
      expect(err).toContain(`[${'█'.repeat(24)}] public: 40 of 40 verifiers have it`);
    });
  });

  it('a compromise is not waited for if nobody wants to, and takes one choice', async () => {
    expect((await ann.run('keys compromise kid-a --reason x --no-wait --yes')).exitCode).toBe(0);
    expect(api.lines()).not.toContain('GET /admin/v1/keys/holdings');
    expect((await ann.run('keys compromise kid-a --reason x --seal --fresh-key')).exitCode).toBe(2);
    expect((await ann.run('keys compromise kid-a --yes')).exitCode).toBe(2);
  });

  it('apply exactly the plan that was shown', async () => {
    const { out, err } = await ann.run('apply -f ~/mintmark.yaml --prune --yes');
    expect(err).toContain('- remove policy orders/inventory');
    expect(out).toContain('The registry is at version 8 (1 to create, 0 to update, 1 to remove).');
    const body = { declaration: 'apiVersion: mintmark/v1\n', file_name: 'mintmark.yaml', prune: true };
    expect(api.requests.map((request) => request.body)).toEqual([body, { ...body, base_version: 7 }]);
  });

  it('apply nothing when there is nothing to change, and do not ask', async () => {
    api.answers['POST /admin/v1/registry/plan'] = [200, { base_version: 7, changes: [] }];
    expect(await ann.run('apply -f ~/mintmark.yaml')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('version 7'),
    });
    expect(api.lines()).toEqual(['POST /admin/v1/registry/plan']);
  });

  it('refuse a file that is not UTF-8, rather than send another text', async () => {
    writeFileSync(join(ann.home, 'latin1.yaml'), Buffer.from('# M\u00fcller\n', 'latin1'));
    const { exitCode, err } = await ann.run('plan -f ~/latin1.yaml');
    expect([exitCode, err]).toEqual([2, expect.stringContaining('latin1.yaml is not UTF-8 text')]);
    expect(api.lines()).toEqual([]);
  });

  it('read the declaration from standard input', async () => {
    await ann.run('plan -f -', { input: 'apiVersion: mintmark/v1\n' });
    expect(api.requests[0]?.body).toMatchObject({ declaration: 'apiVersion: mintmark/v1\n', file_name: 'stdin' });
  });
});

describe('a new secret', () => {
  it('goes to a file of its own that only its owner can read', async () => {
    const { exitCode, out, err } = await ann.run('clients rotate-credential orders --to ~/orders.secret');
    expect(exitCode).toBe(0);
    expect(out + err).not.toContain(SECRET);
    const file = join(ann.home, 'orders.secret');
    expect(readFileSync(file, 'utf8')).toBe(`${SECRET}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not in the JSON either, when it went to a file', async () => {
    const ran = await ann.run('clients rotate-credential orders --to ~/orders.secret -o json');
    expect(json(ran)).toMatchObject({
      client_id: 'orders',
      secret_id: 's2',
      written_to: join(ann.home, 'orders.secret'),
    });
    expect(ran.out).not.toContain(SECRET);
  });

  it('is shown once in a terminal', async () => {
    expect((await ann.run('clients rotate-credential orders', { tty: true })).out).toContain(SECRET);
  });

  it('is not even made where it would go into a pipe, or over a file', async () => {
    expect(await ann.run('clients rotate-credential orders')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('--to'),
    });
    expect((await ann.run('clients rotate-credential orders --to ~/mintmark.yaml')).exitCode).toBe(2);
    expect(api.requests).toEqual([]);
  });

  it('leaves no empty file behind when it is refused', async () => {
    api.answers['POST /admin/v1/clients/orders/secrets'] = [409, refusal('SECRETS_EXHAUSTED')];
    const { exitCode, err } = await ann.run('clients rotate-credential orders --to ~/orders.secret');
    expect(exitCode).toBe(1);
    expect(err).toContain('SECRETS_EXHAUSTED, request_id r-7');
    expect(existsSync(join(ann.home, 'orders.secret'))).toBe(false);
  });

  it('that could not be written is told as lost, and as one that counts', async () => {
    const full = jest.spyOn(PrivateFile.prototype, 'write').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    const { exitCode, err, out } = await ann.run('clients rotate-credential orders --to ~/orders.secret');
    full.mockRestore();
    expect(exitCode).toBe(1);
    expect(err).toMatch(/Secret s2 of orders was made and counts, but .*orders.secret could not be written \(ENOSPC\)/);
    expect(out + err).not.toContain(SECRET);
    expect(existsSync(join(ann.home, 'orders.secret'))).toBe(false);
  });

  it('is planned without being made', async () => {
    const { exitCode, err } = await ann.run('clients rotate-credential orders --plan --expire-others-after 24h');
    expect(exitCode).toBe(0);
    expect(err).toContain('the others expire at 2026-11-24T10:00:00Z');
    expect(api.requests.map(({ body }) => body)).toEqual([{ expire_others_after_seconds: 86_400, plan: true }]);
  });
});

describe('a secret in place of another', () => {
  it('is made only once that was confirmed', async () => {
    const { exitCode, err } = await ann.run('clients rotate-credential orders --replace s1 --to ~/orders.secret --yes');
    expect(exitCode).toBe(0);
    expect(err).toContain('gets a new secret in place of s1, which is refused at once; the others stay.');
    expect(api.requests.map(({ body }) => body)).toEqual([
      { replace_secret_id: 's1', plan: true },
      { replace_secret_id: 's1' },
    ]);
  });
});

describe('exit codes', () => {
  it.each([
    ['an operator without the scope', 403, refusal('SCOPE_INSUFFICIENT'), 4],
    ['what is not there', 404, refusal('CLIENT_UNKNOWN'), 1],
    ['a service that is stopping', 503, refusal('STOPPING'), 5],
    ['an answer that is none', 200, '<html>', 1],
  ])('of %s', async (_, status, body, exitCode) => {
    api.answers['GET /admin/v1/keys'] = [status, body];
    expect((await ann.run('keys status')).exitCode).toBe(exitCode);
  });

  it('of missing scopes say which', async () => {
    const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="keys:rotate"' };
    api.answers['POST /admin/v1/keys/rotate'] = [403, refusal('SCOPE_INSUFFICIENT'), challenge];
    expect((await ann.run('keys rotate --plan')).err).toContain('it takes keys:rotate');
  });

  it('of a secret that was rotated away is 4, and the secret is not shown', async () => {
    api.tokenAnswer = [401, { ...refusal('CLIENT_AUTHENTICATION_FAILED'), error: 'invalid_client' }];
    const { exitCode, err } = await ann.run('keys status');
    expect(exitCode).toBe(4);
    expect(err).not.toContain('operator-secret');
  });

  it('of a service that is down is 5', async () => {
    const port = new URL(api.origin).port;
    await api.close();
    const { exitCode, err } = await ann.run('keys status');
    expect(exitCode).toBe(5);
    expect(err).toContain(port);
    api = await startFakeAdminApi();
  });

  it('of Ctrl-C is 130, and a question is not answered by it', async () => {
    const interrupt = new AbortController();
    api.answers['POST /admin/v1/registry/plan'] = () => {
      interrupt.abort();
      return [200, { base_version: 7, changes: [] }];
    };
    const { exitCode, err } = await ann.run('apply -f ~/mintmark.yaml', { tty: true, interrupt: interrupt.signal });
    expect(exitCode).toBe(130);
    expect(err).toContain('Interrupted.');
    expect(api.lines()).not.toContain('POST /admin/v1/registry/apply');
  });

  it('of Ctrl-C in the middle of a change says that it may have been made', async () => {
    const interrupt = new AbortController();
    api.answers['POST /admin/v1/registry/apply'] = () => {
      interrupt.abort();
      return [200, { version: 8, changes: [] }];
    };
    const { exitCode, err } = await ann.run('apply -f ~/mintmark.yaml --yes', { interrupt: interrupt.signal });
    expect([exitCode, err]).toEqual([130, expect.stringContaining('look before you repeat it')]);
  });

  it('of a conflict says who changed what', async () => {
    const since = {
      version: 8,
      at: '2026-11-23T10:00:00.000Z',
      actor: 'bob',
      kind: 'client',
      action: 'create',
      id: 'x',
    };
    api.answers['POST /admin/v1/registry/apply'] = [
      409,
      refusal('REGISTRY_CONFLICT', { current_version: 8, changes_since: [since] }),
    ];
    const { exitCode, err } = await ann.run('apply -f ~/mintmark.yaml --yes');
    expect(exitCode).toBe(1);
    expect(err).toContain('meanwhile bob: create client x');
  });
});

describe('who operates', () => {
  it('logs in with a secret from a file, a pipe or the keyboard, kept for its owner alone', async () => {
    const where = `--issuer ${api.origin} --admin ${api.origin} --client ann`;
    writeFileSync(join(ann.home, 'secret'), 'from-file\n');
    for (const [line, options, secret] of [
      [`login ${where} --secret-file ~/secret`, {}, 'from-file'],
      [`login ${where}`, { input: 'from-pipe\n' }, 'from-pipe'],
      [`login ${where}`, { input: 'typed\n', tty: true }, 'typed'],
    ] as const) {
      const { exitCode, out, err } = await ann.run(line, options);
      expect(exitCode).toBe(0);
      expect(out + err).not.toContain(secret);
      expect(ann.credentials.read()).toEqual({ issuer: api.origin, admin: api.origin, clientId: 'ann', secret });
      expect(statSync(ann.credentials.path).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps what was stored when the new secret is refused', async () => {
    api.tokenAnswer = [401, { ...refusal('CLIENT_AUTHENTICATION_FAILED'), error: 'invalid_client' }];
    const { exitCode } = await ann.run(`login --issuer ${api.origin} --admin ${api.origin}`, { input: 'wrong\n' });
    expect(exitCode).toBe(4);
    expect(ann.credentials.read().secret).toBe('operator-secret');
  });

  it.each(['http://tokens.internal', 'ftp://127.0.0.1'])('never sends the secret to %s', async (address) => {
    const { exitCode, err } = await ann.run(`login --issuer ${address} --admin ${address}`, { input: 'secret\n' });
    expect(exitCode).toBe(2);
    expect(err).toContain('must be https');
  });

  it('logs out', async () => {
    expect((await ann.run('logout')).exitCode).toBe(0);
    expect(await ann.run('keys status')).toMatchObject({ exitCode: 2, err: expect.stringContaining('mintmark login') });
  });
});
