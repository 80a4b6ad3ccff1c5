// A peer: node-oidc-provider with its in-memory store, client_credentials, ES256 JWT access tokens.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { announce, SECRET } from './announce.ts';

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider('http://127.0.0.1:4000', {
  clients: [
    {
      client_id: 'orders',
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'stock:read stock:reserve',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 900,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
});
provider.proxy = true;
const server = createServer(provider.callback());

await announce({
  server,
  listen: ({ host, port }) => new Promise<void>((resolve) => server.listen(port, host, resolve)),
});
