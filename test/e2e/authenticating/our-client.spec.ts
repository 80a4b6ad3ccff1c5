import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  automaticIdentity,
  clientCertificate,
  clientSecret,
  createTokenClient,
  grpcTransport,
  httpTransport,
  privateKey,
  workloadToken,
  type ClientIdentity,
  type TokenTransport,
} from '@mintmark/client';
import { ROUTES } from '@mintmark/contract';
import { claimsIn } from '../../clients/assertions.ts';
import { startTestClients, type TestClients } from './test-clients.ts';

let clients: TestClients;
beforeAll(async () => (clients = await startTestClients()), 20_000);
afterAll(() => clients?.stop());

const file = (name: string, text: string) => {
  const path = join(clients.world.directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return { file: path };
};

const IDENTITIES: readonly [string, string, () => ClientIdentity][] = [
  ['secret', 'secretive', () => clientSecret({ clientId: 'secretive', secret: clients.secretOf('secretive') })],
  [
    'key',
    'keyed',
    () => {
      const { own } = clients.world.keys;
      const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      return privateKey({ clientId: 'keyed', issuer: clients.world.issuer, key });
    },
  ],
  [
    'certificate',
    'certified',
    () => {
      const { certificate, privateKey: key } = clients.world.certificates.certified;
      return clientCertificate({
        clientId: 'certified',
        certificate: file('client.pem', certificate),
        key: file('client.key', key),
        authority: file('authority.pem', clients.world.authority.certificate),
      });
    },
  ],
  [
    'workload token',
    'pod',
    () => {
      const { cluster, issuer } = clients.world;
      return workloadToken(file('token', cluster.tokenFor({ audience: issuer, namespace: 'shop', name: 'pod' })));
    },
  ],
  [
    'workload token, picked by itself',
    'pod',
    () => {
      const { cluster, issuer } = clients.world;
      const token = file('picked', cluster.tokenFor({ audience: issuer, namespace: 'shop', name: 'pod' }));
      return automaticIdentity({ MINTMARK_CLIENT_TOKEN_FILE: token.file });
    },
  ],
];

describe.each(IDENTITIES)('our client with its %s', (kind, id, identity) => {
  const subjectBy = async (transport: TokenTransport): Promise<unknown> => {
    const client = createTokenClient({ transport, identity: identity(), retries: 0 });
    try {
      return claimsIn((await client.token({ audience: 'inventory' })).value)['sub'];
    } finally {
      client.close();
    }
  };

  it('gets a token over HTTP', async () => {
    const { listeners, world } = clients;
    const endpoint = `${kind === 'certificate' ? listeners.mtlsHttp : listeners.http}${ROUTES.token}`;
    expect(await subjectBy(httpTransport({ tokenEndpoint: endpoint }))).toBe(id);
    if (kind !== 'certificate') expect(await subjectBy(httpTransport({ issuer: world.issuer }))).toBe(id);
  });

  it('gets a token over gRPC', async () => {
    const { listeners } = clients;
    const address = kind === 'certificate' ? listeners.mtlsGrpc : listeners.grpc;
    expect(await subjectBy(grpcTransport({ address }))).toBe(id);
  });
});

it('our client goes with its certificate where the metadata says', async () => {
  const { world, listeners } = clients;
  const [, , identity] = IDENTITIES[2]!;
  // The metadata names a host of the world outside; here that is this machine.
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    const text = (await response.text()).replace('https://mtls.tokens.internal', listeners.mtlsHttp);
    return new Response(text, response);
  };
  const client = createTokenClient({
    transport: httpTransport({ issuer: world.issuer, fetch }),
    identity: identity(),
    retries: 0,
  });
  expect(claimsIn((await client.token({ audience: 'inventory' })).value)['sub']).toBe('certified');
  client.close();
});
