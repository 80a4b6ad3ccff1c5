import { status, type Client, type sendUnaryData, type ServerUnaryCall, type StatusObject } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { createTestIssuer, dpopProof, FakeClock, newKey, type TestIssuer } from '@mintmark/testing';
import { createVerifier, type RevocationSource } from '@mintmark/verifier';
import { authorization, clientOf, ECHO, pathOf, received, startEcho } from '../test/echo-service.ts';
import { until } from '../test/until.ts';
import { callerOf } from './caller.ts';
import { verifierInterceptor, type DeniedCall } from './interceptor.ts';

const AUTHORITY = 'inventory.test:4101';
type Single = 'Unary' | 'ServerStream';

let clock: FakeClock;
let issuer: TestIssuer;
let revoked: boolean;
let handled: Single[];
let verdicts: string[];
let denied: DeniedCall[];
const open: { close(): unknown }[] = [];

beforeEach(() => {
  clock = new FakeClock();
  issuer = createTestIssuer({ clock });
  [revoked, handled, verdicts, denied] = [false, [], [], []];
  received.length = 0;
});
afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

/** Revokes without telling: what watches a stream hears nothing. */
const revocations: RevocationSource = {
  open: () => ({
    isUsable: true,
    statusOf: () => (revoked ? 'revoked' : 'clear'),
    ready: () => Promise.resolve(),
    onChange: () => () => undefined,
    close: () => undefined,
  }),
};

async function connect(): Promise<Client> {
  const observer = { onVerdict: (code: string) => void verdicts.push(code) };
  const verifier = createVerifier({ ...issuer.trust, revocations, observer });
  const access = { scopes: ['stock:read'], stream: 'at-open' } as const;
  const methods = { [pathOf('Unary')]: access, [pathOf('ServerStream')]: access };
  const onDenied = (call: DeniedCall) => void denied.push(call);
  const interceptor = verifierInterceptor({ verifier, clock, methods, onDenied, authority: AUTHORITY });
  const handlers = {
    Unary(incoming: ServerUnaryCall<string, string>, respond: sendUnaryData<string>): void {
      handled.push('Unary');
      respond(null, callerOf(incoming).clientId);
    },
    ServerStream(incoming: { write(text: string): void; end(): void }): void {
      handled.push('ServerStream');
      incoming.end();
    },
  };
  const { server, address } = await startEcho(handlers, interceptor);
  const client = clientOf(address);
  open.push(verifier, { close: () => server.forceShutdown() }, client);
  return client;
}

/** A call of which the client sends as much as it likes, when it likes. */
function begin(client: Client, kind: Single, metadata = authorization(`Bearer ${issuer.token()}`)) {
  const { path, requestSerialize, responseDeserialize } = ECHO[kind];
  const sending = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
  const ended = new Promise<StatusObject>((resolve) => {
    sending
      .on('data', () => undefined)
      .on('error', () => undefined)
      .on('status', resolve);
  });
  return { sending, ended };
}

const held = {
  'before its message': () => until(() => verdicts.length === 1),
  'with its message sent and not ended': async (sending: { write(text: string): unknown }) => {
    sending.write('one');
    await until(() => received.length === 1);
  },
};

describe.each(['Unary', 'ServerStream'] as const)('a call of kind %s that is held open', (kind) => {
  describe.each(Object.entries(held))('%s', (_, hold) => {
    it.each<[string, () => unknown]>([
      ['TOKEN_EXPIRED', () => clock.advance(24 * 3_600_000)],
      ['TOKEN_REVOKED', () => (revoked = true)],
      [
        'KEY_UNKNOWN',
        () => {
          const { kid } = issuer.key;
          issuer.rotate();
          issuer.remove(kid);
        },
      ],
    ])('does not outlive its token: %s', async (code, happens) => {
      const { sending, ended } = begin(await connect(), kind);
      await hold(sending);
      await happens();
      if (received.length === 0) sending.write('one');
      sending.end();
      const { code: answered, metadata } = await ended;
      expect([answered, detailsOf(metadata)?.domain]).toEqual([status.UNAUTHENTICATED, 'mintmark']);
      expect({ handled, verdicts, denied: denied.map((each) => each.code) }).toEqual({
        handled: [],
        verdicts: ['OK', code],
        denied: [code],
      });
    });
  });

  it('is served while its token lasts, and has used its proof once', async () => {
    const key = newKey('ES256');
    const token = issuer.token({ cnf: { jkt: key.kid } });
    const metadata = authorization(`DPoP ${token}`);
    const url = `https://${AUTHORITY}${pathOf(kind)}`;
    metadata.add('dpop', dpopProof(key, { token, method: 'POST', url, issuedAt: clock.seconds }));
    const { sending, ended } = begin(await connect(), kind, metadata);
    await held['before its message']();
    await clock.advance(120_000);
    sending.write('one');
    sending.end();
    expect((await ended).code).toBe(status.OK);
    expect([handled, verdicts]).toEqual([[kind], ['OK']]);
  });
});
