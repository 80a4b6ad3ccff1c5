import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { ASSERTION_TYPE, clientAssertion, signJwt, type AssertionParts } from '../../clients/assertions.ts';
import { attemptOverGrpc, attemptOverHttp, type Attempt } from '../../clients/attempt.ts';
import { KUBERNETES, SVID_OF_MESH } from '../../clients/world.ts';
import { startTestClients, type TestClients } from './test-clients.ts';

// What no client library sends: written onto the connection by hand, or signed by somebody who has a key and means harm.

let clients: TestClients;
beforeAll(async () => (clients = await startTestClients()), 20_000);
afterAll(() => clients?.stop());

const POD = { 'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'pod', uid: 'f9c1' } } };
const FORM = 'grant_type=client_credentials&audience=inventory';
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const own = () => basic('secretive', clients.secretOf('secretive'));

/** The code of the answer to a request with exactly these header lines. */
async function posted(lines: readonly string[], { body = FORM, query = '' } = {}): Promise<string> {
  const { hostname, port } = new URL(clients.listeners.http);
  const head = [
    `POST ${ROUTES.token}${query} HTTP/1.1`,
    ...[`Host: ${hostname}:${port}`, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`],
    ...['Content-Type: application/x-www-form-urlencoded', ...lines],
  ];
  const socket = connect(Number(port), hostname);
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const chunks = (await socket.toArray()) as Buffer[];
  const [, json = '{}'] = /\r\n\r\n.*?(\{.*\})/s.exec(Buffer.concat(chunks).toString()) ?? [];
  return (JSON.parse(json) as { code?: string }).code ?? 'OK';
}

/** Lets a client of Node send what Node forbids; missing from its types. */
const LENIENT: object = { strictSingleValueFields: false };
/** IssueToken { audience: 'inventory' }, in its frame. */
const MESSAGE = Buffer.from([0, 0, 0, 0, 11, 10, 9, ...Buffer.from('inventory')]);

/** The status of a call with exactly these metadata. */
async function called(metadata: readonly (readonly [string, string])[]): Promise<number> {
  const address = clients.listeners.grpc;
  const session = connectHttp2(`http://${address}`, LENIENT);
  const path = '/mintmark.token.v1.TokenService/IssueToken';
  const headers = [
    ...[':method', 'POST', ':path', path, ':scheme', 'http', ':authority', address],
    ...['content-type', 'application/grpc', 'te', 'trailers', ...metadata.flat()],
  ];
  try {
    return await new Promise<number>((resolve, reject) => {
      const settle = (answer: Record<string, unknown>) => {
        if (answer['grpc-status'] !== undefined) resolve(Number(answer['grpc-status']));
      };
      const stream = session.request(headers);
      stream.on('response', settle).on('trailers', settle).on('error', reject).resume();
      stream.end(MESSAGE);
    });
  } finally {
    session.close();
  }
}

describe('an Authorization header', () => {
  it('may be spelled as HTTP lets it', async () => {
    for (const name of ['AUTHORIZATION', 'authorization', 'aUTHORIZATION']) {
      expect(await posted([`${name}:\t ${own().replace('Basic', 'bAsIC')} `])).toBe('OK');
    }
  });

  it('sent twice is two proofs, in whatever spelling and order', async () => {
    const wrong = basic('secretive', 'wrong');
    for (const lines of [
      [`Authorization: ${own()}`, `AUTHORIZATION: ${wrong}`],
      [`authorization: ${wrong}`, `Authorization: ${own()}`],
      [`Authorization: ${own()}`, `Authorization: ${own()}`],
      [`Authorization: ${own()}`, 'Authorization:'],
      // What a proxy may have made of two (RFC 9110 §5.3).
      [`Authorization: ${own()}, ${own()}`],
    ]) {
      expect(await posted(lines)).toBe('EVIDENCE_AMBIGUOUS');
    }
  });

  it('sent twice over gRPC lets nobody in, though Node hides the second', async () => {
    const wrong = basic('secretive', 'wrong');
    expect(await called([['authorization', own()]])).toBe(0);
    for (const [one, other] of [
      [own(), wrong],
      [wrong, own()],
      [own(), own()],
    ] as const) {
      const values = [
        ['authorization', one],
        ['authorization', other],
      ] as const;
      expect(await called(values)).toBe(3);
    }
  });
});

describe('a parameter', () => {
  it.each([
    ['client_secret=x&client_secret=y', 'PARAMETER_REPEATED'],
    ['client_assertion=x&client_assertion=', 'PARAMETER_REPEATED'],
    ['client%5Fsecret=x&client_secret=y', 'PARAMETER_REPEATED'],
    ['client_id=secretive&client_id=keyed', 'PARAMETER_REPEATED'],
    ['client_secret[]=x', 'EVIDENCE_MISSING'],
    ['client_secret=x', 'PARAMETER_MISSING'],
    [`client_assertion_type=${ASSERTION_TYPE}`, 'EVIDENCE_MALFORMED'],
  ])('%s: %s', async (more, code) => {
    expect(await posted([], { body: `${FORM}&${more}` })).toBe(code);
  });

  it('in the URL proves nothing, and is written nowhere', async () => {
    const query = `?client_id=secretive&client_secret=${clients.secretOf('secretive')}`;
    expect(await posted([], { query })).toBe('EVIDENCE_MISSING');
    expect(clients.logLines().join('')).not.toContain(clients.secretOf('secretive'));
  });
});

describe('a client id', () => {
  const IDS = [
    '\0',
    'secretive\0',
    'secretive\n',
    'sécretive',
    'ｓecretive',
    '\u202eevitерces',
    '__proto__',
    'constructor',
  ];

  it.each([...IDS, 'x'.repeat(5_000), '\ud83d\ude00'.repeat(60)])('that is no id is unknown: %j', async (id) => {
    const secret = clients.secretOf('secretive');
    const encoded = basic(encodeURIComponent(id), secret);
    const attempts: readonly Attempt[] = [{ authorization: [encoded] }, { clientId: id, secret }];
    const answers = await Promise.all(attempts.map((attempt) => attemptOverHttp(clients.listeners, attempt)));
    answers.push(await attemptOverGrpc(clients.listeners, { authorization: [encoded] }));
    for (const { code, requestId } of answers) {
      expect(code).toBe('CLIENT_AUTHENTICATION_FAILED');
      const { client, reason } = clients.auditOf(requestId) ?? {};
      expect([reason, String(client).length <= 100]).toEqual(['client-unknown', true]);
    }
  });
});

describe('an assertion', () => {
  const verdict = async (value: string): Promise<string> => {
    const attempt = { assertion: { type: ASSERTION_TYPE, value } };
    const overHttp = await attemptOverHttp(clients.listeners, attempt);
    const overGrpc = await attemptOverGrpc(clients.listeners, attempt);
    expect(overGrpc.code).toBe(overHttp.code);
    return (clients.auditOf(overHttp.requestId)?.['reason'] as string | undefined) ?? overHttp.code;
  };
  const signed = (parts: AssertionParts, clientId = 'keyed') =>
    clientAssertion(clients.world.keys.own, { clientId, issuer: clients.world.issuer }, parts);

  it.each<[string, object]>([
    ['crit', { crit: ['exp'], exp: 1 }],
    ['an empty crit', { crit: [] }],
    ['b64', { b64: false, crit: ['b64'] }],
    ['jku', { jku: 'https://evil.example/jwks' }],
    ['x5u', { x5u: 'https://evil.example/cert' }],
    ['x5c', { x5c: ['AAAA'] }],
    ['zip', { zip: 'DEF' }],
    ['cty', { cty: 'JWT' }],
    ['a kid that is a list', { kid: ['a'] }],
    ['an empty kid', { kid: '' }],
    ['__proto__', JSON.parse('{"__proto__":{"alg":"none"}}') as object],
  ])('with %s in its header is refused', async (_, header) => {
    expect(await verdict(signed({ header: { ...header } }))).toMatch(/^(header-forbidden|EVIDENCE_MALFORMED)$/);
  });

  it.each<[string, (issuer: string) => unknown]>([
    ['none', () => undefined],
    ['null', () => null],
    ['an empty list', () => []],
    ['the issuer twice', (issuer) => [issuer, issuer]],
    ['a list in a list', (issuer) => [[issuer]]],
    ['an object', (issuer) => ({ 0: issuer, length: 1 })],
    ['a slash more', (issuer) => `${issuer}/`],
    ['other case', (issuer) => issuer.toUpperCase()],
    ['a space after it', (issuer) => `${issuer} `],
  ])('is for %s: refused', async (_, audience) => {
    expect(await verdict(signed({ claims: { aud: audience(clients.world.issuer) } }))).toBe('audience-wrong');
  });

  it.each<[string, object, string]>([
    ['a trusted issuer, for itself', { iss: KUBERNETES, sub: 'keyed' }, 'workload-unknown'],
    ['a trusted issuer, for that issuer', { iss: KUBERNETES, sub: KUBERNETES }, 'workload-unknown'],
    ['a trusted issuer, for a pod', { iss: KUBERNETES, sub: 'system:serviceaccount:shop:pod', ...POD }, 'key-unknown'],
    ['itself, for a workload', { sub: SVID_OF_MESH }, 'key-unknown'],
    ['nobody', { iss: undefined }, 'client-unknown'],
    ['a list', { iss: ['keyed'] }, 'client-unknown'],
    ['the token service', { iss: 'http://127.0.0.1', sub: 'keyed' }, 'issuer-unknown'],
  ])('that a client signs as %s is refused', async (_, claims, reason) => {
    const { world } = clients;
    // By the algorithm that is pinned for that issuer, so that it is the key that counts.
    const key = 'iss' in claims && claims.iss === KUBERNETES ? world.keys.rsa : world.keys.own;
    const whose = { clientId: 'keyed', issuer: world.issuer };
    const made = clientAssertion(key, whose, { header: { typ: 'JWT' }, claims: { ...claims } });
    expect(await verdict(made)).toBe(reason);
  });

  it('of thousands of keys, members or levels is no burden', async () => {
    const { own: key } = clients.world.keys;
    const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    for (const claims of [
      { deep: deep(2_000) },
      Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`c${i}`, i])),
    ]) {
      expect(await verdict(signJwt(key, {}, claims))).toMatch(/client-unknown|claims-malformed|EVIDENCE_MALFORMED/);
    }
    expect(await verdict('.'.repeat(8_000))).toBe('EVIDENCE_MALFORMED');
  });

  it('that is larger than any request is not read', async () => {
    const attempt = { assertion: { type: ASSERTION_TYPE, value: 'x'.repeat(300_000) } };
    expect((await attemptOverHttp(clients.listeners, attempt)).code).toBe('REQUEST_TOO_LARGE');
    expect((await attemptOverGrpc(clients.listeners, attempt)).code).toBe('REQUEST_TOO_LARGE');
  });
});

describe('a forwarded certificate', () => {
  let behindEnvoy: TestClients;
  beforeAll(async () => (behindEnvoy = await startTestClients('x-forwarded-client-cert')), 20_000);
  afterAll(() => behindEnvoy?.stop());

  it.each(['client-cert', 'x-forwarded-client-cert'] as const)(
    'is refused in whatever the proxy makes of two in %s',
    async (header) => {
      const { listeners, world } = header === 'client-cert' ? clients : behindEnvoy;
      const { certified, foreign, proxy } = world.certificates;
      const der = certified.certificate.replaceAll(/-----[^-]+-----|\s/g, '');
      const pem = encodeURIComponent(certified.certificate);
      const own = encodeURIComponent(foreign.certificate);
      const standard = [
        { 'client-cert': [`:${der}:`, `:${der}:`] },
        { 'client-cert': `:${der}:, :${der}:` },
        { 'client-cert': `:${der}:;a=b` },
        { 'client-cert': `:${der}:`, 'client-cert-chain': ':AAAA:' },
      ];
      const envoy = [
        { 'x-forwarded-client-cert': `Cert="${pem}",Cert="${pem}"` },
        { 'x-forwarded-client-cert': `Cert="${pem}";URI=spiffe://a;Cert="${pem}"` },
        { 'x-forwarded-client-cert': `Cert="${pem}${pem}"` },
        { 'x-forwarded-client-cert': 'Cert="%%%"' },
        // The client's own writing, to which the proxy has added what it saw.
        { 'x-forwarded-client-cert': `Cert="${pem}",By=spiffe://x/ingress;Hash=ab` },
        { 'x-forwarded-client-cert': `Cert="${pem}";X=",By=spiffe://x/ingress;Hash=ab;Cert="${own}"` },
        { 'x-forwarded-client-cert': `Cert="${pem}";X=",Hash=ab;Cert="${own}";Subject="CN=a\\"b"` },
      ];
      for (const headers of header === 'client-cert' ? standard : envoy) {
        const attempt: Attempt = { listener: 'mtls', clientId: 'certified', certificate: proxy, headers };
        for (const send of [attemptOverHttp, attemptOverGrpc]) {
          expect((await send(listeners, attempt)).code).toMatch(/^EVIDENCE_(AMBIGUOUS|MALFORMED)$/);
        }
      }
    },
  );

  it('says nothing beside the secret of someone else’s connection', async () => {
    const { certified } = clients.world.certificates;
    const der = certified.certificate.replaceAll(/-----[^-]+-----|\s/g, '');
    const ignored = clients.service.core.certificates.ignored;
    expect(await posted([`Authorization: ${own()}`, `CLIENT-CERT: :${der}:`])).toBe('OK');
    expect(clients.service.core.certificates.ignored).toBe(ignored + 1);
  });
});

describe('a connection', () => {
  const renegotiate = (address: string): Promise<'done' | 'refused'> => {
    const [host = '', port = ''] = address.split(':');
    const { certificate: cert, privateKey: key } = clients.world.certificates.uri;
    const asked = { maxVersion: 'TLSv1.2', ALPNProtocols: ['h2', 'http/1.1'] } as const;
    return new Promise((resolve) => {
      const socket = connectTls({ host, port: Number(port), ca: clients.listeners.authority, cert, key, ...asked });
      const settle = (outcome: 'done' | 'refused') => (resolve(outcome), socket.destroy());
      socket.on('secureConnect', () => socket.renegotiate({}, (error) => settle(error ? 'refused' : 'done')));
      socket
        .on('error', () => settle('refused'))
        .on('close', () => settle('refused'))
        .resume();
    });
  };

  it('stays with the certificate of its handshake: TLS 1.2 is not negotiated a second time', async () => {
    const { mtlsHttp, mtlsGrpc } = clients.listeners;
    expect(await renegotiate(mtlsGrpc)).toBe('refused');
    expect(await renegotiate(mtlsHttp.slice('https://'.length))).toBe('refused');
  });
});

it('nothing of this was a fault of the service, nor was any proof written down', () => {
  const written = clients.logLines();
  expect(written.filter((line) => line.includes('request failed'))).toEqual([]);
  expect(written.join('')).not.toMatch(/mmcs_[0-9A-Za-z]|eyJ[\w-]{10,}\.|BEGIN (?:CERTIFICATE|PRIVATE)/);
});
