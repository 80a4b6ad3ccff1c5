import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, constants, type ClientHttp2Session, type ServerHttp2Stream } from 'node:http2';
import {
  status,
  type Client,
  type Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type StatusObject,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { createTestIssuer, FakeClock, settled } from '@mintmark/testing';
import {
  createVerifier,
  remoteKeySet,
  type Clock,
  type RevocationSource,
  type Verdict,
  type Verifier,
} from '@mintmark/verifier';
import {
  authorization,
  call,
  clientOf,
  ECHO,
  KINDS,
  pathOf,
  received,
  startEcho,
  type Kind,
} from '../test/echo-service.ts';
import { until } from '../test/until.ts';
import { callerOf, findCaller, type CallSource } from './caller.ts';
import { verifierInterceptor, type DeniedCall, type VerifierInterceptorOptions } from './interceptor.ts';

const clock = new FakeClock();
const issuer = createTestIssuer({ clock, lifetimeSeconds: 300 });
const bearer = (token: string) => authorization(`Bearer ${token}`);

/** Every method needs `stock:read`. */
const METHODS = Object.fromEntries(KINDS.map((kind) => [pathOf(kind), { scopes: ['stock:read'] }]));

let handled: string[];
let onServerStream: (incoming: ServerWritableStream<string, string>) => unknown;
const open: { close(): unknown }[] = [];

beforeEach(() => {
  handled = [];
  onServerStream = () => undefined;
  received.length = 0;
});
afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

const nameOf = (source: CallSource): string => findCaller(source)?.clientId ?? 'nobody';

/** Handlers that record that they ran and answer with the caller's id. */
const implementation = {
  Unary(incoming: ServerUnaryCall<string, string>, respond: sendUnaryData<string>): void {
    handled.push('Unary');
    respond(null, nameOf(incoming));
  },
  ServerStream(incoming: ServerWritableStream<string, string>): void {
    handled.push('ServerStream');
    onServerStream(incoming);
    incoming.write(nameOf(incoming));
    if (incoming.request !== 'stay') incoming.end();
  },
  ClientStream(incoming: ServerReadableStream<string, string>, respond: sendUnaryData<string>): void {
    handled.push('ClientStream');
    incoming.on('data', () => undefined).on('end', () => respond(null, nameOf(incoming)));
  },
  Bidi(incoming: ServerDuplexStream<string, string>): void {
    handled.push('Bidi');
    incoming.on('data', () => incoming.write(nameOf(incoming.metadata))).on('end', () => incoming.end());
  },
};

interface Setup {
  readonly client: Client;
  readonly address: string;
  readonly server: Server;
}

async function setUp(options: Partial<VerifierInterceptorOptions> = {}): Promise<Setup> {
  const verifier = options.verifier ?? createVerifier(issuer.trust);
  const interceptor = verifierInterceptor({ verifier, methods: METHODS, clock, ...options });
  const { address, server } = await startEcho(implementation, interceptor);
  const client = clientOf(address);
  open.push(verifier, { close: () => server.forceShutdown() }, client);
  return { client, address, server };
}

describe.each(KINDS)('a call of kind %s', (kind: Kind) => {
  it('with a token reaches the handler, which knows the caller', async () => {
    const { client } = await setUp();
    const outcome = await call(client, kind, bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.OK);
    expect(outcome.messages).toEqual(['orders']);
  });

  it('without a token is refused before a message is read', async () => {
    const { client } = await setUp();
    const outcome = await call(client, kind, authorization(), ['one', 'two', 'three']);
    expect(outcome.status.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(outcome.status.metadata)).toMatchObject({ reason: 'TOKEN_MISSING', domain: 'mintmark' });
    expect({ handled, received }).toEqual({ handled: [], received: [] });
  });

  it('with a bad token is refused before a message is read', async () => {
    const { client } = await setUp();
    const outcome = await call(client, kind, bearer(issuer.broken('forged')), ['one', 'two', 'three']);
    expect(outcome.status.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(outcome.status.metadata)?.reason).toBe('TOKEN_INVALID');
    expect({ handled, received }).toEqual({ handled: [], received: [] });
  });

  it('without the scope of the method is refused before a message is read, and told which', async () => {
    const { client } = await setUp();
    const outcome = await call(client, kind, bearer(issuer.token({ scope: 'stock:reserve' })));
    expect(outcome.status.code).toBe(status.PERMISSION_DENIED);
    expect(detailsOf(outcome.status.metadata)).toMatchObject({
      reason: 'SCOPE_INSUFFICIENT',
      metadata: { scope: 'stock:read' },
    });
    expect({ handled, received }).toEqual({ handled: [], received: [] });
  });

  it('to a method that is not listed is refused, even with a good token', async () => {
    const { client } = await setUp({ methods: {} });
    const outcome = await call(client, kind, bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.PERMISSION_DENIED);
    expect(handled).toEqual([]);
  });

  it('to a public method needs no token, and has no caller', async () => {
    const { client } = await setUp({ methods: { [pathOf(kind)]: 'public' } });
    const outcome = await call(client, kind, authorization());
    expect(outcome).toMatchObject({ status: { code: status.OK }, messages: ['nobody'] });
  });

  it('while there are no keys is UNAVAILABLE with RetryInfo, not UNAUTHENTICATED', async () => {
    const keys = remoteKeySet({ url: 'http://127.0.0.1:1/jwks.json' });
    const verifier = createVerifier({ ...issuer.trust, keys, clock });
    const { client } = await setUp({ verifier });
    const outcome = await call(client, kind, bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(outcome.status.metadata)).toMatchObject({ reason: 'CANNOT_DETERMINE' });
    expect(detailsOf(outcome.status.metadata)?.retryAfterSeconds).toBeGreaterThan(0);
    expect(handled).toEqual([]);
  });
});

describe('a credential of another scheme', () => {
  it.each(['Basic', 'DPoP'])('is none: %s', async (scheme) => {
    const { client } = await setUp();
    const outcome = await call(client, 'Unary', authorization(`${scheme} ${issuer.token()}`));
    expect(outcome.status.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(outcome.status.metadata)?.reason).toBe('TOKEN_MISSING');
  });
});

describe('more than one credential', () => {
  it('in one value is INVALID_ARGUMENT', async () => {
    const { client } = await setUp();
    const outcome = await call(client, 'Unary', authorization(`Bearer ${issuer.token()}, Bearer two`));
    expect(outcome.status.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(outcome.status.metadata)?.reason).toBe('TOKEN_INVALID');
  });

  it('in two headers, of which Node hides the second, is INVALID_ARGUMENT', async () => {
    const { address } = await setUp();
    const good = `Bearer ${issuer.token()}`;
    expect(await rawCall(address, [good])).toBe(status.OK);
    expect(await rawCall(address, [good, 'Bearer two'])).toBe(status.INVALID_ARGUMENT);
    expect(await rawCall(address, ['Bearer two', good])).toBe(status.INVALID_ARGUMENT);
    expect(handled).toEqual(['Unary']);
  });
});

describe('a stream', () => {
  /** Opens a stream and leaves it open on both sides. */
  async function openStream(client: Client, kind: 'ServerStream' | 'ClientStream' | 'Bidi', token = issuer.token()) {
    const outcome = call(client, kind, bearer(token), ['stay'], { end: false });
    await until(() => handled.includes(kind));
    return outcome;
  }

  it.each(['ServerStream', 'ClientStream', 'Bidi'] as const)('of kind %s ends when its token does', async (kind) => {
    const { client } = await setUp();
    const outcome = openStream(client, kind);
    await until(() => clock.pending === 1);
    await clock.advance(300_000);
    const { status: ended } = await outcome;
    expect(ended.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(ended.metadata)?.reason).toBe('TOKEN_EXPIRED');
  });

  it('ends as "cannot determine" where its token has expired by a clock alone that is known to be off', async () => {
    const verifier = { ...verifierThat((token) => trusted.verify(token)), endOf: () => 'CLOCK_UNRELIABLE' as const };
    const trusted = createVerifier(issuer.trust);
    const { client } = await setUp({ verifier });
    const outcome = openStream(client, 'ServerStream');
    await until(() => clock.pending === 1);
    await clock.advance(300_000);
    const { status: ended } = await outcome;
    expect(ended.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(ended.metadata)).toMatchObject({ reason: 'CANNOT_DETERMINE', retryAfterSeconds: 1 });
  });

  it('tells its handler that it is over', async () => {
    const cancelled = new Promise<void>((resolve) => {
      onServerStream = (incoming) => incoming.once('cancelled', resolve);
    });
    const { client } = await setUp();
    const outcome = openStream(client, 'ServerStream');
    await until(() => clock.pending === 1);
    await clock.advance(300_000);
    await Promise.all([outcome, cancelled]);
  });

  it('goes on past its token where the policy is at-open', async () => {
    const { client } = await setUp({
      methods: { [pathOf('ServerStream')]: { scopes: ['stock:read'], stream: 'at-open' } },
    });
    let stream: ServerWritableStream<string, string> | undefined;
    onServerStream = (incoming) => (stream = incoming);
    const outcome = openStream(client, 'ServerStream');
    await until(() => stream !== undefined);
    await clock.advance(600_000);
    stream?.write('still here');
    stream?.end();
    expect(await outcome).toMatchObject({ status: { code: status.OK }, messages: ['orders', 'still here'] });
  });

  it('gets no leeway at its start: a token in its last seconds of grace opens none', async () => {
    const { client } = await setUp();
    const token = issuer.token();
    await clock.advance(301_000);
    expect((await call(client, 'Unary', bearer(token))).status.code).toBe(status.OK);
    const { status: refused } = await call(client, 'ServerStream', bearer(token));
    expect(detailsOf(refused.metadata)?.reason).toBe('TOKEN_EXPIRED');
  });

  it('says that its token expired even to a client that lags behind a handler in the midst of writing', async () => {
    const large = 'x'.repeat(500_000);
    let stream: ServerWritableStream<string, string> | undefined;
    onServerStream = (incoming) => (stream = incoming).write(large);
    // The handler's turn comes before the status has left.
    const midst: Clock = {
      now: () => clock.now(),
      schedule: (act, after) => clock.schedule(() => (act(), stream?.write('too late')), after),
    };
    const { client } = await setUp({ clock: midst });
    const { path, requestSerialize, responseDeserialize } = ECHO.ServerStream;
    const messages: string[] = [];
    const metadata = bearer(issuer.token());
    const lagging = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, 'stay', metadata);
    const ended = new Promise<StatusObject>((resolve) => lagging.on('error', () => undefined).on('status', resolve));
    await until(() => clock.pending === 1 && stream !== undefined);
    await clock.advance(300_000);
    lagging.on('data', (message: string) => messages.push(message));
    expect(detailsOf((await ended).metadata)?.reason).toBe('TOKEN_EXPIRED');
    expect(messages).not.toContain('too late');
  });

  it.each(['ServerStream', 'ClientStream', 'Bidi'] as const)(
    'of kind %s that ends first leaves no timer',
    async (kind) => {
      const { client } = await setUp();
      await call(client, kind, bearer(issuer.token()));
      await until(() => clock.pending === 0);
      const hangUp = new AbortController();
      const outcome = call(client, kind, bearer(issuer.token()), ['stay'], { end: false, signal: hangUp.signal });
      await until(() => clock.pending === 1);
      hangUp.abort();
      await outcome;
      await until(() => clock.pending === 0);
    },
  );

  it.each(['until-expiry', 'at-open'] as const)('ends when its token is revoked, %s', async (stream) => {
    const revoked = new Set<string>();
    const listeners = new Set<() => void>();
    const revocations: RevocationSource = {
      open: () => ({
        isUsable: true,
        statusOf: ({ tokenId }) => (revoked.has(tokenId) ? 'revoked' : 'clear'),
        ready: () => Promise.resolve(),
        onChange: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
        close: () => undefined,
      }),
    };
    const verifier = createVerifier({ ...issuer.trust, revocations });
    const methods = { [pathOf('ServerStream')]: { scopes: ['stock:read'], stream } };
    const { client } = await setUp({ verifier, methods });
    onServerStream = () => undefined;
    const token = issuer.token({ jti: 'token-1' });
    const outcome = call(client, 'ServerStream', bearer(token), ['stay'], { end: false });
    await until(() => listeners.size === 1);
    for (const tell of listeners) tell();
    expect(listeners.size).toBe(1);
    revoked.add('token-1');
    for (const tell of listeners) tell();
    const { status: ended } = await outcome;
    expect([ended.code, detailsOf(ended.metadata)?.reason]).toEqual([status.UNAUTHENTICATED, 'TOKEN_INVALID']);
    await until(() => listeners.size === 0 && clock.pending === 0);
  });

  it('whose client hangs up during the verification never starts', async () => {
    const real = createVerifier(issuer.trust);
    let asked = false;
    let answer = (): void => undefined;
    const verifier = verifierThat(async (token) => {
      asked = true;
      await new Promise<void>((resolve) => (answer = resolve));
      return real.verify(token);
    });
    const { client } = await setUp({ verifier });
    const hangUp = new AbortController();
    const outcome = call(client, 'Bidi', bearer(issuer.token()), ['one'], { signal: hangUp.signal });
    await until(() => asked);
    hangUp.abort();
    await outcome;
    // The server hears of it over the network, so it must have answered another call since.
    await call(client, 'Unary', authorization());
    answer();
    await settled();
    expect({ handled, received, timers: clock.pending }).toEqual({ handled: [], received: [], timers: 0 });
  });
});

describe('a client that streams 16 MiB with a bad token', () => {
  const flood = Array.from({ length: 32 }, () => 'x'.repeat(512 * 1024));
  const windows = 1 << 20;

  /** How much of all that came to each server since. */
  function watchBytes(): () => number {
    const sockets = new Set<{ readonly bytesRead: number }>();
    const watch = (message: unknown): void => {
      const { session } = (message as { stream: ServerHttp2Stream }).stream;
      if (session) sockets.add(session.socket);
    };
    subscribe('http2.server.stream.created', watch);
    open.push({ close: () => unsubscribe('http2.server.stream.created', watch) });
    return () => Math.max(0, ...[...sockets].map(({ bytesRead }) => bytesRead));
  }

  it('is held up by flow control while the token is verified, and none of it is kept', async () => {
    const answer = Promise.withResolvers<Verdict>();
    const bytes = watchBytes();
    const { client } = await setUp({ verifier: verifierThat(() => answer.promise) });
    const outcome = call(client, 'ClientStream', bearer(issuer.broken('forged')), flood);
    await until(() => bytes() > 60_000);
    await new Promise((resolve) => setTimeout(resolve, 300)); // for more to come, if it could
    expect(bytes()).toBeLessThan(windows);
    answer.resolve({ ok: false, code: 'SIGNATURE_INVALID' });
    expect((await outcome).status.code).toBe(status.UNAUTHENTICATED);
    await call(client, 'Unary', authorization());
    expect(bytes()).toBeLessThan(2 * windows);
    expect({ handled, received }).toEqual({ handled: [], received: [] });
  }, 60_000);

  it('would otherwise have sent it all', async () => {
    const bytes = watchBytes();
    const { client } = await setUp();
    const outcome = await call(client, 'ClientStream', bearer(issuer.token()), flood);
    expect(outcome.status.code).toBe(status.OK);
    expect(bytes()).toBeGreaterThan(16 << 20);
  }, 60_000);
});

describe('the caller of a call', () => {
  it('is not made up where nobody was verified', () => {
    expect(() => callerOf(authorization('Bearer one'))).toThrow('Nobody authenticated this call');
  });
});

describe('the server', () => {
  it('tells the log the fine code, under the request id that the caller was given', async () => {
    const denied: DeniedCall[] = [];
    const { client } = await setUp({ onDenied: (each) => denied.push(each) });
    const outcome = await call(client, 'Unary', bearer(issuer.broken('for another resource')));
    const details = detailsOf(outcome.status.metadata);
    expect(details?.reason).toBe('TOKEN_INVALID');
    expect(denied).toEqual([
      { code: 'AUD_MISMATCH', method: pathOf('Unary'), requestId: details?.metadata['request_id'] },
    ]);
  });

  it('answers a defect of the verifier with "cannot determine", never with a pass', async () => {
    const cause = new Error('a defect');
    const denied: DeniedCall[] = [];
    const verifier = verifierThat(() => Promise.reject(cause));
    const { client } = await setUp({ verifier, onDenied: (each) => denied.push(each) });
    const outcome = await call(client, 'Unary', bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.UNAVAILABLE);
    expect(denied[0]?.cause).toBe(cause);
  });

  it('refuses, and lives on, where the log fails: at once, later, and at the end of a stream', async () => {
    for (const onDenied of [throwing, throwingLater] as (() => void)[]) {
      const { client } = await setUp({ onDenied });
      expect((await call(client, 'Unary', authorization())).status.code).toBe(status.UNAUTHENTICATED);
      const stream = call(client, 'ServerStream', bearer(issuer.token()), ['stay'], { end: false });
      await until(() => clock.pending === 1);
      await clock.advance(300_000);
      expect((await stream).status.code).toBe(status.UNAUTHENTICATED);
      expect((await call(client, 'Unary', bearer(issuer.token()))).status.code).toBe(status.OK);
    }
  });

  it('counts what it refuses or ends itself with the verdicts', async () => {
    const codes: string[] = [];
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => codes.push(code) } });
    const { client } = await setUp({ verifier });
    await call(client, 'Unary', authorization());
    await call(client, 'Unary', authorization(`Bearer ${issuer.token()}, Bearer two`));
    await call(client, 'Unary', authorization(`DPoP ${issuer.token()}`));
    await call(client, 'Unary', bearer(issuer.token({ scope: 'stock:reserve' })));
    expect(codes.splice(0)).toEqual([
      'TOKEN_MISSING',
      'CREDENTIAL_AMBIGUOUS',
      'TOKEN_MISSING',
      'OK',
      'SCOPE_INSUFFICIENT',
    ]);
    const stream = call(client, 'ServerStream', bearer(issuer.token()), ['stay'], { end: false });
    await until(() => clock.pending === 1);
    await clock.advance(300_000);
    await stream;
    expect(codes).toEqual(['OK', 'TOKEN_EXPIRED']);
  });

  it('passes the deadline of the call on to the verifier', async () => {
    const deadlines: unknown[] = [];
    const real = createVerifier(issuer.trust);
    const verifier = verifierThat((token, evidence, limits) => {
      deadlines.push(limits?.deadline);
      return real.verify(token, evidence, limits);
    });
    const { client } = await setUp({ verifier });
    await call(client, 'Unary', bearer(issuer.token()));
    await call(client, 'Unary', bearer(issuer.token()), ['one'], { deadline: Date.now() + 60_000 });
    expect(deadlines).toEqual([undefined, expect.any(Number)]);
  });

  it('lives on after a malformed message, a message too large and a caller that hangs up', async () => {
    const { client } = await setUp();
    for (const kind of KINDS) {
      const outcome = await call(client, kind, bearer(issuer.token()), ['malformed']);
      expect(outcome.status.code).toBe(status.INTERNAL);
    }
    await call(client, 'Unary', bearer(issuer.token()), ['x'.repeat(5 * 1024 * 1024)]);
    handled = [];
    const hangUp = new AbortController();
    const left = call(client, 'Bidi', bearer(issuer.token()), ['one'], { end: false, signal: hangUp.signal });
    await until(() => handled.includes('Bidi'));
    hangUp.abort();
    expect((await left).status.code).toBe(status.CANCELLED);
    expect((await call(client, 'Unary', bearer(issuer.token()))).status.code).toBe(status.OK);
  });
});

function throwing(): never {
  throw new Error('the disk is full');
}

async function throwingLater(): Promise<never> {
  await settled();
  return throwing();
}

function verifierThat(verify: Verifier['verify']): Verifier {
  return { keyState: 'fresh', timeScale: 1, ready: () => Promise.resolve(), verify, close: () => undefined };
}

/** Lets a client of Node send what Node forbids; missing from its types. */
const LENIENT: object = { strictSingleValueFields: false };

/** A call with headers as grpc-js would never send them. */
async function rawCall(address: string, authorizations: readonly string[]): Promise<number> {
  const session: ClientHttp2Session = connect(`http://${address}`, LENIENT);
  const headers = [
    ...[constants.HTTP2_HEADER_METHOD, 'POST', constants.HTTP2_HEADER_PATH, pathOf('Unary')],
    ...[constants.HTTP2_HEADER_SCHEME, 'http', constants.HTTP2_HEADER_AUTHORITY, address],
    ...['content-type', 'application/grpc', 'te', 'trailers'],
    ...authorizations.flatMap((value) => ['authorization', value]),
  ];
  try {
    return await new Promise<number>((resolve, reject) => {
      const stream = session.request(headers);
      const settle = (answer: Record<string, unknown>): void => {
        if (answer['grpc-status'] !== undefined) resolve(Number(answer['grpc-status']));
      };
      stream.on('response', settle).on('trailers', settle).on('error', reject).resume();
      stream.end(Buffer.from([0, 0, 0, 0, 3, ...Buffer.from('one')]));
    });
  } finally {
    session.close();
  }
}
