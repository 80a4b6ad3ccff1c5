import { ChannelCredentials, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadProto, type KeySetEvent } from '@mintmark/proto';
import { newCertificate, newKey } from '@mintmark/testing';
import { createVerifier, type KeyAlarm, type KeySetEvent as HeldEvent } from '@mintmark/verifier';
import { watchKeySet } from './watch-key-set.ts';

const { service: definition } = loadProto('mintmark.keyset.v1').KeySetService;
const { cert, key } = newCertificate();
const ISSUER = 'https://issuer.test';

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

/** Whoever is at the address: it tells of one set, of an epoch that no issuer gets to. */
async function startTeller(security: ServerCredentials): Promise<string> {
  const document = Buffer.from(JSON.stringify({ epoch: 999_999_999, version: 1, keys: [newKey('ES256').jwk] }));
  const server = new Server();
  server.addService(definition, {
    getKeySet: () => undefined,
    watchKeySet: (call: ServerDuplexStream<unknown, KeySetEvent>) => {
      call.on('error', () => undefined).write({ sequence: 1, asOf: Date.now(), keySet: { document } });
    },
  });
  open.push(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', security, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return `127.0.0.1:${port}`;
}

/** What becomes of the first set that a verifier is told of. */
function firstHeard(address: string, credentials?: ChannelCredentials): Promise<HeldEvent | KeyAlarm> {
  return new Promise((resolve) => {
    const keys = watchKeySet({
      ...{ address, resource: 'inventory', url: 'https://127.0.0.1:9/jwks.json' },
      tokens: { token: () => Promise.resolve({ value: 't' } as never), invalidate: () => true },
      ...(credentials && { credentials, channelOptions: { 'grpc.ssl_target_name_override': 'localhost' } }),
    });
    const observer = { onAlarm: resolve, onKeySet: resolve };
    const verifier = createVerifier({
      ...{ issuer: ISSUER, audience: 'inventory', keys, observer, unsafelyWithoutRevocations: true },
    });
    open.push(() => verifier.close());
  });
}

describe('a new epoch that a stream tells of', () => {
  it('is believed over TLS', async () => {
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
    const address = await startTeller(ServerCredentials.createSsl(null, [pair]));
    await expect(firstHeard(address, ChannelCredentials.createSsl(Buffer.from(cert)))).resolves.toMatchObject({
      keys: 1,
    });
  });

  it('is without effect in clear, where anybody could say so', async () => {
    const address = await startTeller(ServerCredentials.createInsecure());
    await expect(firstHeard(address)).resolves.toMatchObject({ kind: 'epoch-unauthenticated' });
  });
});
