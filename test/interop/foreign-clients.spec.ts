import { webcrypto } from 'node:crypto';
import { Agent, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ASSERTION_TYPE, claimsIn } from '../clients/assertions.ts';
import type { Identity } from '../clients/certificates.ts';
import { startTestClients, type TestClients } from '../e2e/authenticating/test-clients.ts';

let clients: TestClients;
let key: webcrypto.CryptoKey;
beforeAll(async () => {
  clients = await startTestClients();
  const der = clients.world.keys.own.privateKey.export({ type: 'pkcs8', format: 'der' });
  key = await webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
}, 20_000);
afterAll(() => clients?.stop());

interface Way {
  readonly clientId: string;
  readonly authentication: () => oauth.ClientAuth;
  readonly certificate?: () => Identity;
}

const podToken = () =>
  clients.world.cluster.tokenFor({ audience: clients.world.issuer, namespace: 'shop', name: 'pod' });

/** What both libraries call themselves; a workload's token they let one add by hand. */
const WAYS: Readonly<Record<string, Way>> = {
  client_secret_basic: {
    clientId: 'secretive',
    authentication: () => oauth.ClientSecretBasic(clients.secretOf('secretive')),
  },
  client_secret_post: {
    clientId: 'secretive',
    authentication: () => oauth.ClientSecretPost(clients.secretOf('secretive')),
  },
  private_key_jwt: {
    clientId: 'keyed',
    authentication: () => oauth.PrivateKeyJwt({ key: key, kid: clients.world.keys.own.jwk.kid }),
  },
  tls_client_auth: {
    clientId: 'certified',
    authentication: () => oauth.TlsClientAuth(),
    certificate: () => clients.world.certificates.certified,
  },
  self_signed_tls_client_auth: {
    clientId: 'pinned',
    authentication: () => oauth.TlsClientAuth(),
    certificate: () => clients.world.certificates.pinned,
  },
  'workload identity': {
    clientId: 'pod',
    authentication: () => (_server, _client, body) => {
      body.set('client_assertion_type', ASSERTION_TYPE);
      body.set('client_assertion', podToken());
    },
  },
};

/** What a program would set up once for its platform: a fetch that shows a certificate. The alias names a host of the world outside. */
function fetchWith({ certificate, privateKey }: Identity): typeof fetch {
  const { listeners } = clients;
  const agent = new Agent({ cert: certificate, key: privateKey, ca: listeners.authority });
  return async (url, { method = 'GET', headers, body } = {}) => {
    const address = typeof url === 'string' ? url : 'href' in url ? url.href : url.url;
    const target = address.replace('https://mtls.tokens.internal', listeners.mtlsHttp);
    if (target.startsWith('http:')) return fetch(target, { method, headers: headers ?? {} });
    return new Promise((resolve, reject) => {
      const sent = request(target, { method, agent, headers: { ...(headers as object) } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve(
            new Response(Buffer.concat(chunks), {
              status: response.statusCode ?? 0,
              headers: { 'content-type': response.headers['content-type'] ?? '' },
            }),
          ),
        );
      });
      sent.on('error', reject);
      sent.end(body === undefined || body === null ? undefined : String(body as URLSearchParams));
    });
  };
}

describe.each(Object.entries(WAYS))('%s', (_, way) => {
  it('works with openid-client, by discovery alone', async () => {
    const { clientId, authentication, certificate } = way;
    const metadata = { use_mtls_endpoint_aliases: certificate !== undefined };
    const options = {
      execute: [openid.allowInsecureRequests],
      ...(certificate && { [openid.customFetch]: fetchWith(certificate()) as never }),
    };
    const issuer = new URL(clients.world.issuer);
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- it awaits what its type calls void
    const configuration = await openid.discovery(issuer, clientId, metadata, authentication(), options);
    const { access_token: token } = await openid.clientCredentialsGrant(configuration, { audience: 'inventory' });
    expect(claimsIn(token)).toMatchObject({ sub: clientId, aud: 'inventory' });
  });

  it('works with oauth4webapi, by discovery alone', async () => {
    const { clientId, authentication, certificate } = way;
    const options = {
      [oauth.allowInsecureRequests]: true,
      ...(certificate && { [oauth.customFetch]: fetchWith(certificate()) as never }),
    };
    const issuer = new URL(clients.world.issuer);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }),
    );
    const client = { client_id: clientId, use_mtls_endpoint_aliases: certificate !== undefined };
    const parameters = { audience: 'inventory' };
    const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication(), parameters, options);
    const { access_token: token } = await oauth.processClientCredentialsResponse(server, client, answer);
    expect(claimsIn(token)).toMatchObject({ sub: clientId, aud: 'inventory' });
  });
});
