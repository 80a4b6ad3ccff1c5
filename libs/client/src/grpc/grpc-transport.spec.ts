import { ChannelCredentials, Client, credentials, ServerCredentials, status } from '@grpc/grpc-js';
import { statusWithDetails } from '@mintmark/proto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { answer, grpcDouble, type GrpcDouble } from '../../test/grpc-token-service.ts';
import { selfSigned } from '../../test/self-signed.ts';
import type { ClientEvidence } from '../client-identity.ts';
import { clientSecret } from '../client-secret.ts';
import { Secret } from '../secret.ts';
import type { TokenClientOptions } from '../token-client-options.ts';
import { createTokenClient, type TokenClient } from '../token-client.ts';
import { TokenRequestError } from '../token-request-error.ts';
import { grpcTransport } from './grpc-transport.ts';

const SECRET = 'canary-secret-6b1f';
const inventory = { audience: 'inventory', scopes: ['stock:reserve', 'stock:read'] };

let server: GrpcDouble;
let clients: TokenClient[];

beforeEach(async () => {
  server = await grpcDouble();
  clients = [];
});

afterEach(() => {
  for (const client of clients) client.close();
  server.close();
});

function clientOf(options: Partial<TokenClientOptions> = {}): TokenClient {
  const transport = grpcTransport({ address: server.address });
  const identity = clientSecret({ clientId: 'orders', secret: SECRET });
  const client = createTokenClient({ transport, identity, retries: 0, ...options });
  clients.push(client);
  return client;
}

async function failure(client: TokenClient): Promise<TokenRequestError> {
  const error: unknown = await client.token(inventory).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TokenRequestError);
  expect(JSON.stringify({ ...(error as object), text: String(error) })).not.toContain(SECRET);
  return error as TokenRequestError;
}

function tokenWith(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

describe('a request over gRPC', () => {
  it('calls IssueToken with Basic credentials in the metadata', async () => {
    const token = await clientOf().token(inventory);
    expect(token).toMatchObject({ value: 'aaa.bbb.ccc', scopes: ['stock:read'] });
    const [request] = server.received;
    expect(request?.message).toMatchObject({ audience: 'inventory', scope: ['stock:read', 'stock:reserve'] });
    expect(request?.metadata.get('authorization')).toEqual([
      `Basic ${Buffer.from(`orders:${SECRET}`).toString('base64')}`,
    ]);
  });

  it('names a resource by its URI, and nothing where nothing is asked', async () => {
    const client = clientOf();
    await client.token({ resource: 'https://inventory.internal' });
    await client.token();
    const [byUri, bare] = server.received;
    expect(byUri?.message).toMatchObject({ target: 'resource', resource: 'https://inventory.internal', scope: [] });
    expect(bare?.message.target).toBeUndefined();
  });

  it('is one for 100 callers', async () => {
    const client = clientOf();
    await Promise.all(Array.from({ length: 100 }, () => client.token(inventory)));
    expect(server.received).toHaveLength(1);
  });

  it('that is closed does not go out, and its channel is closed', async () => {
    const channelClosed = jest.spyOn(Client.prototype, 'close');
    const client = clientOf();
    client.close();
    expect(channelClosed).toHaveBeenCalledTimes(1);
    channelClosed.mockRestore();
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(server.received).toEqual([]);
  });
});

describe('the life of a token over gRPC', () => {
  const scaled = { iat: 1_764_000_000.5, exp: 1_764_000_003.25 };
  async function lifeMs(options: Partial<TokenClientOptions>, accessToken: string): Promise<number> {
    server.respond = answer({ accessToken, expiresIn: 300 });
    const clock = { now: () => 1_764_000_000_000 };
    const { expiresAt } = await clientOf({ clock, ...options }).token(inventory);
    return expiresAt.getTime() - clock.now();
  }

  it('is expires_in', async () => {
    expect(await lifeMs({}, tokenWith(scaled))).toBe(300_000);
  });

  it('is what its claims say where time is scaled, as expires_in is whole seconds', async () => {
    expect(await lifeMs({ timeScale: 100 }, tokenWith(scaled))).toBe(2_750);
  });

  it.each(['aaa.bbb.ccc', 'opaque', tokenWith({ exp: 'soon' })])(
    'is expires_in where time is scaled and the token has no such claims: %s',
    async (token) => {
      expect(await lifeMs({ timeScale: 100 }, token)).toBe(300_000);
    },
  );
});

describe('a refusal over gRPC', () => {
  it('is told with code, status, request id and RetryInfo', async () => {
    server.respond = (_, callback) =>
      callback(
        statusWithDetails({
          status: status.UNAVAILABLE,
          message: 'no key may sign',
          reason: 'SIGNING_SEALED',
          domain: 'mintmark',
          metadata: { request_id: 'r-1' },
          retryAfterSeconds: 7,
        }),
      );
    const error = await failure(clientOf());
    expect(error).toMatchObject({ code: 'SIGNING_SEALED', grpcStatus: status.UNAVAILABLE, retryable: true });
    expect(error).toMatchObject({ requestId: 'r-1', retryAfterSeconds: 7, httpStatus: undefined });
    expect(error.message).toContain('no key may sign');
  });

  it.each([
    ['CLIENT_AUTHENTICATION_FAILED', status.UNAUTHENTICATED],
    ['SCOPE_DENIED', status.PERMISSION_DENIED],
    ['REQUEST_TOO_LARGE', status.RESOURCE_EXHAUSTED],
  ])('for good is known as such: %s', async (reason, grpc) => {
    const refusal = statusWithDetails({ status: grpc, message: 'm', reason, domain: 'mintmark' });
    server.respond = (_, callback) => callback(refusal);
    expect(await failure(clientOf())).toMatchObject({ code: reason, grpcStatus: grpc, retryable: false });
  });

  it.each([
    [status.RESOURCE_EXHAUSTED, true],
    [status.INTERNAL, true],
    [status.PERMISSION_DENIED, false],
    [status.UNIMPLEMENTED, false],
  ])('without details goes by its status: %i', async (code, retryable) => {
    server.respond = (_, callback) => callback({ code, details: 'm' });
    expect(await failure(clientOf())).toMatchObject({ code: undefined, grpcStatus: code, retryable });
  });

  it('that echoes what was sent puts no secret into the error', async () => {
    server.respond = (call, callback) => {
      const echo = `${String(call.metadata.get('authorization')[0])} ${SECRET}`;
      const refusal = { status: status.UNAUTHENTICATED, message: echo, reason: echo, domain: 'mintmark' };
      callback(statusWithDetails({ ...refusal, metadata: { request_id: echo } }));
    };
    const error = await failure(clientOf());
    const sent = Buffer.from(`orders:${SECRET}`).toString('base64');
    expect(JSON.stringify({ ...error, text: String(error) })).not.toContain(sent);
    expect(error.message).toContain('[redacted]');
  });

  it('without a usable token is an invalid response', async () => {
    server.respond = answer({ accessToken: '' });
    expect(await failure(clientOf())).toMatchObject({ code: 'RESPONSE_INVALID', retryable: false });
  });
});

describe('an issuer over gRPC that is', () => {
  it('down is known as such', async () => {
    server.close();
    const error = await failure(clientOf());
    expect(error).toMatchObject({ code: 'ISSUER_UNREACHABLE', grpcStatus: status.UNAVAILABLE, retryable: true });
  });

  it('silent is given up, and the call cancelled', async () => {
    const cancelled = Promise.withResolvers<void>();
    server.respond = (call) => call.on('cancelled', () => cancelled.resolve());
    const client = clientOf({ timeoutSeconds: 0.2 });
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT', retryable: true });
    await cancelled.promise;
  });
});

describe('a channel', () => {
  it('in clear to anywhere but loopback is refused', () => {
    const insecure = credentials.createInsecure();
    expect(() => grpcTransport({ address: 'tokens.internal:4001', credentials: insecure })).toThrow('in clear');
    expect(() => grpcTransport({ address: '' })).toThrow(TypeError);
  });

  it('to anywhere else is TLS by default, and in clear only to loopback', () => {
    const made = jest.spyOn(ChannelCredentials, 'createSsl');
    grpcTransport({ address: server.address }).close();
    expect(made).not.toHaveBeenCalled();
    grpcTransport({ address: 'tokens.internal:4001' }).close();
    expect(made).toHaveBeenCalledTimes(1);
    made.mockRestore();
  });

  it('to a plain server is never made in clear when TLS was asked for', async () => {
    const address = server.address.replace('127.0.0.1', 'localhost');
    const transport = grpcTransport({ address, credentials: credentials.createSsl() });
    expect(await failure(clientOf({ transport }))).toMatchObject({ code: 'ISSUER_UNREACHABLE' });
    expect(server.received).toEqual([]);
  });
});

describe('a certificate over gRPC', () => {
  const [ours, servers, stranger] = [selfSigned('orders'), selfSigned('localhost'), selfSigned('localhost')];
  const evidence = (authority: string, key = ours.key): ClientEvidence => ({
    ...{ kind: 'client_certificate', clientId: 'orders', certificate: ours.certificate, authority },
    privateKey: new Secret(key),
  });

  let secured: GrpcDouble;
  beforeEach(async () => {
    const pair = { private_key: Buffer.from(servers.key), cert_chain: Buffer.from(servers.certificate) };
    secured = await grpcDouble(answer(), ServerCredentials.createSsl(null, [pair]));
  });
  afterEach(() => secured.close());

  function requester() {
    let next = evidence(servers.certificate);
    const identity = { evidence: async () => next, replacement: async () => undefined };
    const client = clientOf({
      transport: grpcTransport({ address: secured.address.replace('127.0.0.1', 'localhost') }),
      identity,
    });
    let requests = 0;
    return async (shown: ClientEvidence) => {
      next = shown;
      await client.token({ audience: `inventory-${requests++}` });
    };
  }

  it('goes with the authorities of the moment: trust that is withdrawn is gone with the next request', async () => {
    const request = requester();
    await expect(request(evidence(stranger.certificate))).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
    await request(evidence(servers.certificate));
    await expect(request(evidence(stranger.certificate))).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
  });

  const halfRenewed = (authority = servers.certificate) => evidence(authority, stranger.key);
  const unusable = { code: 'CERTIFICATE_UNREADABLE', retryable: true };

  it('is shown as before while its files are only half renewed', async () => {
    const request = requester();
    await request(evidence(servers.certificate));
    await request(halfRenewed());
    await request(evidence(servers.certificate));
    expect(secured.received).toHaveLength(3);
  });

  it('is not shown as before for another client, nor to whom only withdrawn authorities vouch for', async () => {
    const request = requester();
    await request(evidence(servers.certificate));
    await expect(request({ ...halfRenewed(), clientId: 'billing' })).rejects.toMatchObject(unusable);
    await expect(request(halfRenewed(stranger.certificate))).rejects.toMatchObject(unusable);
    expect(secured.received).toHaveLength(1);
  });

  it('half renewed is a failure that passes: the next attempt has the whole', async () => {
    const read = [halfRenewed(), evidence(servers.certificate)];
    await expect(requester()(halfRenewed())).rejects.toMatchObject(unusable);
    const client = clientOf({
      transport: grpcTransport({ address: secured.address.replace('127.0.0.1', 'localhost') }),
      identity: { evidence: async () => read.shift() as ClientEvidence, replacement: async () => undefined },
      retries: 1,
    });
    await client.token(inventory);
    expect(secured.received).toHaveLength(1);
  });
});
