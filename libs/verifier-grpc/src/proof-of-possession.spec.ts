import {
  Client,
  credentials,
  ServerCredentials,
  status,
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { createTestIssuer, dpopProof, newCertificate, newKey, type TestCertificate } from '@mintmark/testing';
import { createVerifier } from '@mintmark/verifier';
import { authorization, call, clientOf, KINDS, pathOf, startEcho, type Kind } from '../test/echo-service.ts';
import { callerOf } from './caller.ts';
import { verifierInterceptor } from './interceptor.ts';

const AUTHORITY = 'inventory.test:4101';
const issuer = createTestIssuer();
const clientKey = newKey('ES256');
const serverCertificate = newCertificate();
const [clientCertificate, otherCertificate] = [newCertificate('orders'), newCertificate('billing')];

interface Proven {
  readonly kind?: Kind;
  readonly method?: string;
  readonly authority?: string;
}

const toKey = () => issuer.token({ cnf: { jkt: clientKey.kid } });
const toCertificate = () => issuer.token({ cnf: { 'x5t#S256': clientCertificate.thumbprint } });
const proof = (token: string, { kind = 'Unary', method = 'POST', authority = AUTHORITY }: Proven = {}) =>
  dpopProof(clientKey, { token, method, url: `https://${authority}${pathOf(kind)}` });

function sent(credential: string, ...proofs: readonly string[]): Metadata {
  const metadata = authorization(credential);
  for (const each of proofs) metadata.add('dpop', each);
  return metadata;
}

const open: { close(): unknown }[] = [];
let verdicts: string[] = [];
afterEach(() => {
  verdicts = [];
  for (const each of open.splice(0).reverse()) each.close();
});

interface Setup {
  readonly authority?: string;
  readonly security?: ServerCredentials;
}

async function connect({ authority, security }: Setup = {}): Promise<{ client: Client; address: string }> {
  const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => verdicts.push(code) } });
  const methods = Object.fromEntries(KINDS.map((kind) => [pathOf(kind), { scopes: ['stock:read'] }]));
  const interceptor = verifierInterceptor({ verifier, methods, ...(authority !== undefined && { authority }) });
  const handlers = {
    Unary: (incoming: ServerUnaryCall<string, string>, respond: sendUnaryData<string>) =>
      respond(null, callerOf(incoming).clientId),
  };
  const { server, address } = await startEcho(handlers, interceptor, security);
  const client = clientOf(address);
  open.push(verifier, { close: () => server.forceShutdown() }, client);
  return { client, address };
}

/** Status and reason of a refusal, or what the handler answered. */
async function answer(client: Client, metadata: Metadata): Promise<[number, string | undefined]> {
  const outcome = await call(client, 'Unary', metadata);
  return [outcome.status.code, detailsOf(outcome.status.metadata)?.reason ?? outcome.messages[0]];
}

const ACCEPTED = [status.OK, 'orders'];
const INVALID = [status.UNAUTHENTICATED, 'TOKEN_INVALID'];

describe('a token bound to a DPoP key', () => {
  it('is accepted with its proof, once', async () => {
    const { client } = await connect({ authority: AUTHORITY });
    const token = toKey();
    const metadata = sent(`DPoP ${token}`, proof(token));
    expect(await answer(client, metadata)).toEqual(ACCEPTED);
    expect(await answer(client, metadata)).toEqual(INVALID);
    expect(await answer(client, sent(`DPoP ${token}`, proof(token)))).toEqual(ACCEPTED);
    expect(verdicts).toEqual(['OK', 'REPLAYED', 'OK']);
  });

  it.each<[string, Proven]>([
    ['for another method of the service', { kind: 'Bidi' }],
    ['for another server', { authority: 'orders.test:4101' }],
    ['for another port', { authority: 'inventory.test' }],
    ['for GET', { method: 'GET' }],
  ])('is refused with a proof %s', async (_, change) => {
    const { client } = await connect({ authority: AUTHORITY });
    const token = toKey();
    expect(await answer(client, sent(`DPoP ${token}`, proof(token, change)))).toEqual(INVALID);
    expect(verdicts).toEqual(['BINDING_MISMATCH']);
  });

  it('is refused with a proof for the address that the caller dialled', async () => {
    const { client, address } = await connect({ authority: AUTHORITY });
    const token = toKey();
    expect(await answer(client, sent(`DPoP ${token}`, proof(token, { authority: address })))).toEqual(INVALID);
  });

  it('is refused with two proofs', async () => {
    const { client } = await connect({ authority: AUTHORITY });
    const token = toKey();
    const refused = [status.INVALID_ARGUMENT, 'TOKEN_INVALID'];
    expect(await answer(client, sent(`DPoP ${token}`, proof(token), proof(token)))).toEqual(refused);
    expect(await answer(client, sent(`DPoP ${token}`, `${proof(token)}, ${proof(token)}`))).toEqual(refused);
  });

  it('is refused without its proof, and as plain Bearer', async () => {
    const { client } = await connect({ authority: AUTHORITY });
    const token = toKey();
    expect(await answer(client, sent(`DPoP ${token}`))).toEqual(INVALID);
    expect(await answer(client, sent(`Bearer ${token}`))).toEqual(INVALID);
    expect(await answer(client, sent(`Bearer ${token}`, proof(token)))).toEqual(INVALID);
    expect(verdicts).toEqual(['BINDING_MISSING', 'BINDING_MISSING', 'BINDING_MISSING']);
  });

  it('is refused where nobody said which address a proof has to be for', async () => {
    const { client, address } = await connect();
    const token = toKey();
    const own = proof(token, { authority: address });
    expect(await answer(client, sent(`Bearer ${token}`, own))).toEqual(INVALID);
    expect(await answer(client, sent(`DPoP ${token}`, own))).toEqual([status.UNAUTHENTICATED, 'TOKEN_MISSING']);
  });
});

describe('a token bound to a certificate', () => {
  const ca = Buffer.concat([clientCertificate, otherCertificate].map(({ cert }) => Buffer.from(cert)));
  const pair = { cert_chain: Buffer.from(serverCertificate.cert), private_key: Buffer.from(serverCertificate.key) };

  function clientWith(address: string, { cert, key }: Partial<TestCertificate> = {}): Client {
    const [own = null, chain = null] = key && cert ? [Buffer.from(key), Buffer.from(cert)] : [];
    const security = credentials.createSsl(Buffer.from(serverCertificate.cert), own, chain);
    const client = new Client(address, security, { 'grpc.ssl_target_name_override': 'localhost' });
    open.push(client);
    return client;
  }

  it('is accepted on a connection with it, and on no other', async () => {
    const { address } = await connect({ security: ServerCredentials.createSsl(ca, [pair], true) });
    const metadata = sent(`Bearer ${toCertificate()}`);
    expect(await answer(clientWith(address, clientCertificate), metadata)).toEqual(ACCEPTED);
    expect(await answer(clientWith(address, otherCertificate), metadata)).toEqual(INVALID);
    expect(verdicts).toEqual(['OK', 'BINDING_MISMATCH']);
  });

  it('is refused on a connection without one, whatever the metadata say', async () => {
    const metadata = sent(`Bearer ${toCertificate()}`);
    metadata.set('x-forwarded-client-cert', clientCertificate.cert.replaceAll('\n', ''));
    const { client } = await connect();
    expect(await answer(client, metadata)).toEqual(INVALID);
    const { address } = await connect({ security: ServerCredentials.createSsl(null, [pair], false) });
    expect(await answer(clientWith(address), metadata)).toEqual(INVALID);
    expect(verdicts).toEqual(['BINDING_MISSING', 'BINDING_MISSING']);
  });
});

it.each(['https://inventory.test', 'inventory.test/?a', 'user@inventory.test', ''])(
  'the interceptor does not start with the authority %j',
  async (authority) => {
    await expect(connect({ authority })).rejects.toThrow(TypeError);
  },
);
