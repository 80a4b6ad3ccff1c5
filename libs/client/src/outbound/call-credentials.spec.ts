import { ChannelCredentials, credentials, ServerCredentials, status, type ChannelOptions } from '@grpc/grpc-js';
import { loadProto, statusWithDetails, type ListStockResponse__Output } from '@mintmark/proto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resourceDouble, type ResourceDouble } from '../../test/grpc-resource.ts';
import { scripted, type Scripted } from '../../test/scripted-client.ts';
import { failing } from '../../test/scripted-transport.ts';
import { selfSigned } from '../../test/self-signed.ts';
import { callCredentials, channelCredentials } from './call-credentials.ts';
import { callWithToken } from './call-with-token.ts';

const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
type Stub = InstanceType<typeof InventoryService>;

const inventory = { audience: 'inventory' };
const insecure = credentials.createInsecure();

let resource: ResourceDouble;
let stubs: Stub[];
let issuer: Scripted;

beforeEach(async () => {
  resource = await resourceDouble();
  stubs = [];
  issuer = scripted({ retries: 0 });
});

afterEach(() => {
  for (const stub of stubs) stub.close();
  resource.close();
});

function stubOf(channel: ChannelCredentials, options: ChannelOptions = {}, address = resource.address): Stub {
  const stub = new InventoryService(address, channel, options);
  stubs.push(stub);
  return stub;
}

function listStock(stub: Stub, creds?: ReturnType<typeof callCredentials>): Promise<ListStockResponse__Output> {
  return new Promise((resolve, reject) => {
    stub.listStock({}, creds ? { credentials: creds } : {}, (error, answer) =>
      error ? reject(error) : resolve(answer as ListStockResponse__Output),
    );
  });
}

const tokensSeen = () => resource.received.map((metadata) => metadata.get('authorization'));

describe('call credentials', () => {
  it('put the token on each call over loopback', async () => {
    const stub = stubOf(insecure);
    await listStock(stub, callCredentials(issuer.client, inventory));
    await listStock(stub, callCredentials(issuer.client, inventory));
    expect(tokensSeen()).toEqual([['Bearer token-1'], ['Bearer token-1']]);
    expect(issuer.transport.attempts).toBe(1);
  });

  it('refuse a channel that leads elsewhere and may be in clear, before a token is even asked for', async () => {
    const stub = stubOf(insecure, { 'grpc.default_authority': 'inventory.internal:4101' });
    const call = listStock(stub, callCredentials(issuer.client, inventory));
    await expect(call).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
      details: expect.stringContaining('inventory.internal needs TLS'),
    });
    expect(resource.received).toEqual([]);
    expect(issuer.transport.attempts).toBe(0);
  });

  it('refuse to be told that an insecure channel is fine', () => {
    expect(() => callCredentials(issuer.client, inventory, insecure)).toThrow('in clear');
    expect(() => channelCredentials(issuer.client, inventory, insecure)).toThrow('in clear');
  });

  it.each([
    [true, status.UNAVAILABLE],
    [false, status.UNAUTHENTICATED],
  ])('that can have no token fail the call (may pass: %p)', async (retryable, code) => {
    issuer.transport.answer = failing({ retryable });
    const call = listStock(stubOf(insecure), callCredentials(issuer.client, inventory));
    await expect(call).rejects.toMatchObject({ code, details: expect.stringContaining('the issuer stops') });
    expect(resource.received).toEqual([]);
  });
});

describe('over TLS', () => {
  const { key, certificate } = selfSigned('inventory.internal');
  const tls = ChannelCredentials.createSsl(Buffer.from(certificate));
  const named = {
    'grpc.ssl_target_name_override': 'inventory.internal',
    'grpc.default_authority': 'inventory.internal',
  };
  let secured: ResourceDouble;

  beforeEach(async () => {
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
    secured = await resourceDouble(ServerCredentials.createSsl(null, [pair]));
  });

  afterEach(() => secured.close());

  it('call credentials that were shown the channel serve any address', async () => {
    await listStock(stubOf(tls, named, secured.address), callCredentials(issuer.client, inventory, tls));
    expect(secured.received.map((metadata) => metadata.get('authorization'))).toEqual([['Bearer token-1']]);
  });

  it('a channel can carry the token on every call', async () => {
    const stub = stubOf(channelCredentials(issuer.client, inventory, tls), named, secured.address);
    await listStock(stub);
    await listStock(stub);
    expect(secured.received.map((metadata) => metadata.get('authorization'))).toEqual([
      ['Bearer token-1'],
      ['Bearer token-1'],
    ]);
  });
});

describe('a call with a token', () => {
  const refused = (reason: string, code = status.UNAUTHENTICATED) =>
    statusWithDetails({ status: code, message: 'refused', reason, domain: 'mintmark' });

  function call(): Promise<ListStockResponse__Output> {
    const stub = stubOf(insecure);
    return callWithToken(
      issuer.client,
      inventory,
      (metadata) =>
        new Promise((resolve, reject) => {
          stub.listStock({}, metadata, (error, answer) =>
            error ? reject(error) : resolve(answer as ListStockResponse__Output),
          );
        }),
    );
  }

  it.each(['TOKEN_EXPIRED', 'TOKEN_INVALID'])('refused as %s is made once more with a new one', async (reason) => {
    resource.respond = (_, calls) => (calls === 1 ? refused(reason) : { caller: 'orders' });
    expect((await call()).caller).toBe('orders');
    expect(tokensSeen()).toEqual([['Bearer token-1'], ['Bearer token-2']]);
  });

  it('refused again is refused', async () => {
    resource.respond = () => refused('TOKEN_EXPIRED');
    await expect(call()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    expect(resource.received).toHaveLength(2);
  });

  it.each([
    ['SCOPE_INSUFFICIENT', status.PERMISSION_DENIED],
    ['CANNOT_DETERMINE', status.UNAVAILABLE],
    ['TOKEN_MISSING', status.UNAUTHENTICATED],
    ['TOKEN_INVALID', status.UNAVAILABLE],
  ])('refused as %s is not repeated, and its token kept', async (reason, code) => {
    resource.respond = () => refused(reason, code);
    await expect(call()).rejects.toMatchObject({ code });
    expect((await issuer.client.token(inventory)).value).toBe('token-1');
    expect(resource.received).toHaveLength(1);
  });

  it('refused where the token was replaced meanwhile uses the newer one', async () => {
    resource.respond = (metadata) =>
      metadata.get('authorization')[0] === 'Bearer token-1' ? refused('TOKEN_EXPIRED') : {};
    await Promise.all([call(), call()]);
    expect(tokensSeen().flat().sort()).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
    expect(issuer.transport.attempts).toBe(2);
  });
});
