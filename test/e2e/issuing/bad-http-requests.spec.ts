import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { basic, post, type HttpAnswer } from './ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from './test-token-service.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GRANT = 'grant_type=client_credentials';

describe('POST /oauth2/token, badly', () => {
  let service: TestTokenService;
  beforeAll(async () => (service = await startTestTokenService()));
  afterAll(() => service?.stop());

  const send = (body: string, headers: NodeJS.Dict<string | string[]> = FORM): Promise<HttpAnswer> =>
    post(`${service.http}${ROUTES.token}`, body, headers);
  const withBasic = () => ({ ...FORM, authorization: basic('reports', service.secretOf('reports')) });
  const secret = () => encodeURIComponent(service.secretOf('reports'));

  type Row = readonly [name: string, act: () => Promise<HttpAnswer>, status: number, error: string, code: string];
  const rows: readonly Row[] = [
    [
      'JSON instead of a form',
      () => send('{}', { 'content-type': 'application/json' }),
      400,
      'invalid_request',
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['no content type', () => send(GRANT, {}), 400, 'invalid_request', 'CONTENT_TYPE_UNSUPPORTED'],
    [
      'a content type that is none',
      () => send(GRANT, { 'content-type': '///' }),
      400,
      'invalid_request',
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    [
      'no body at all',
      async () => answerOf(await fetch(`${service.http}${ROUTES.token}`, { method: 'POST' })),
      400,
      'invalid_request',
      'PARAMETER_MISSING',
    ],
    ['an empty body', () => send(''), 400, 'invalid_request', 'PARAMETER_MISSING'],
    ['no grant_type', () => send('audience=inventory', withBasic()), 400, 'invalid_request', 'PARAMETER_MISSING'],
    ['an empty grant_type', () => send('grant_type=', withBasic()), 400, 'invalid_request', 'PARAMETER_MISSING'],
    ['grant_type twice', () => send(`${GRANT}&${GRANT}`, withBasic()), 400, 'invalid_request', 'PARAMETER_REPEATED'],
    ['scope twice', () => send(`${GRANT}&scope=a&scope=b`, withBasic()), 400, 'invalid_request', 'PARAMETER_REPEATED'],
    [
      'resource twice',
      () => send(`${GRANT}&resource=https://a&resource=https://b`, withBasic()),
      400,
      'invalid_request',
      'PARAMETER_REPEATED',
    ],
    [
      'resource and audience',
      () => send(`${GRANT}&resource=https://a&audience=a`, withBasic()),
      400,
      'invalid_request',
      'PARAMETER_INVALID',
    ],
    [
      'the password grant',
      () => send('grant_type=password&username=a&password=b', withBasic()),
      400,
      'unsupported_grant_type',
      'GRANT_TYPE_UNSUPPORTED',
    ],
    [
      'scope with two spaces',
      () => send(`${GRANT}&scope=stock:read++stock:reserve`, withBasic()),
      400,
      'invalid_scope',
      'SCOPE_MALFORMED',
    ],
    [
      'a secret without its id',
      () => send(`${GRANT}&client_secret=${secret()}`),
      400,
      'invalid_request',
      'PARAMETER_MISSING',
    ],
    ['an id without a secret', () => send(`${GRANT}&client_id=reports`), 401, 'invalid_client', 'EVIDENCE_MISSING'],
    [
      'Basic and post',
      () => send(`${GRANT}&client_id=reports&client_secret=${secret()}`, withBasic()),
      400,
      'invalid_request',
      'EVIDENCE_AMBIGUOUS',
    ],
    [
      "Basic and another client's id",
      () => send(`${GRANT}&client_id=orders`, withBasic()),
      400,
      'invalid_request',
      'EVIDENCE_AMBIGUOUS',
    ],
    [
      'two Authorization headers',
      () => send(GRANT, { ...FORM, authorization: [withBasic().authorization, withBasic().authorization] }),
      400,
      'invalid_request',
      'EVIDENCE_AMBIGUOUS',
    ],
    [
      'a wrong posted secret',
      () => send(`${GRANT}&client_id=reports&client_secret=no`),
      401,
      'invalid_client',
      'CLIENT_AUTHENTICATION_FAILED',
    ],
    [
      'a body over 16 KiB',
      () => send(`${GRANT}&pad=${'x'.repeat(16 * 1024)}`, withBasic()),
      413,
      'invalid_request',
      'REQUEST_TOO_LARGE',
    ],
    [
      'GET',
      async () => answerOf(await fetch(`${service.http}${ROUTES.token}`)),
      405,
      'invalid_request',
      'METHOD_NOT_ALLOWED',
    ],
    [
      'POST to the JWKS',
      () => post(`${service.http}${ROUTES.jwks}`, '', {}),
      405,
      'invalid_request',
      'METHOD_NOT_ALLOWED',
    ],
    [
      'an unknown path',
      async () => answerOf(await fetch(`${service.http}/nowhere`)),
      404,
      'invalid_request',
      'NOT_FOUND',
    ],
    [
      'a path that does not decode',
      async () => answerOf(await fetch(`${service.http}/%zz`)),
      400,
      'invalid_request',
      'REQUEST_MALFORMED',
    ],
  ];

  it.each(rows)('%s', async (_, act, status, error, code) => {
    const answer = await act();
    expect(answer.body).toEqual({
      error,
      code,
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]{10,}$/),
      request_id: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['www-authenticate'] !== undefined).toBe(status === 401);
  });

  it('a parameter it does not know is ignored, one without a value counts as absent (RFC 6749 section 3.2)', async () => {
    const answer = await send(`${GRANT}&color=red&scope=&client_secret=`, withBasic());
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('a posted id and secret are accepted', async () => {
    const answer = await send(`${GRANT}&client_id=reports&client_secret=${secret()}`);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'stock:read' });
  });

  it('what is not HTTP gets 400 and the service goes on', async () => {
    const { hostname, port } = new URL(service.http);
    const reply = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write('\x16\x03\x01garbage\r\n\r\n'));
      socket.on('data', (data) => resolve(data.toString()));
    });
    expect(reply).toMatch(/^HTTP\/1.1 400/);
    expect((await send(GRANT, withBasic())).status).toBe(200);
  });
});

async function answerOf(response: Response): Promise<HttpAnswer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as Record<string, unknown>,
  };
}
