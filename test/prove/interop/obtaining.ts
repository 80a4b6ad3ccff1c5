// Clients that are not ours, each getting a token from the issuer's address, an id and a secret alone.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import type { Discovered } from './discover.ts';

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
}

interface Wish {
  readonly audience: string;
  readonly scope: string;
}

export interface ForeignClient {
  readonly name: string;
  /** Rejects with an error whose message holds the `error` of RFC 6749 §5.2. */
  obtain(issuer: string, credentials: Credentials, wish: Wish): Promise<string>;
}

export const FOREIGN_CLIENTS: readonly ForeignClient[] = [
  { name: 'openid-client, OpenID document', obtain: withOpenidClient('oidc') },
  { name: 'openid-client, RFC 8414 document', obtain: withOpenidClient('oauth2') },
  { name: 'oauth4webapi, RFC 8414 document', obtain: withOauth4webapi },
  { name: 'curl', obtain: withCurl },
];

function withOpenidClient(algorithm: 'oidc' | 'oauth2'): ForeignClient['obtain'] {
  return async (issuer, { clientId, secret }, wish) => {
    const options = { algorithm, execute: [openid.allowInsecureRequests] };
    const authentication = openid.ClientSecretBasic(secret);
    const configuration = await openid.discovery(new URL(issuer), clientId, undefined, authentication, options);
    return openid
      .clientCredentialsGrant(configuration, { ...wish })
      .then(({ access_token: token }) => token)
      .catch(saying);
  };
}

const INSECURE = { [oauth.allowInsecureRequests]: true };

async function withOauth4webapi(issuer: string, { clientId, secret }: Credentials, wish: Wish): Promise<string> {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...INSECURE });
  const server = await oauth.processDiscoveryResponse(url, response);
  const client = { client_id: clientId };
  const authentication = oauth.ClientSecretBasic(secret);
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, { ...wish }, INSECURE);
  return oauth
    .processClientCredentialsResponse(server, client, answer)
    .then(({ access_token: token }) => token)
    .catch(saying);
}

/** The secret goes by a file: arguments can be read by every user of the machine. */
async function withCurl(issuer: string, { clientId, secret }: Credentials, { audience, scope }: Wish): Promise<string> {
  const { token_endpoint: endpoint } = await curl<Discovered>([`${issuer}/.well-known/openid-configuration`]);
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-curl-'));
  try {
    const config = join(folder, 'curl.conf');
    writeFileSync(config, `user = "${clientId}:${secret}"\n`, { mode: 0o600 });
    chmodSync(config, 0o600);
    const form = [`grant_type=client_credentials`, `audience=${audience}`, `scope=${scope}`];
    const fields = form.flatMap((field) => ['--data-urlencode', field]);
    const answer = await curl<{ access_token?: string; error?: string }>(['--config', config, ...fields, endpoint]);
    if (answer.access_token === undefined) throw new Error(answer.error);
    return answer.access_token;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function curl<Body>(parameters: readonly string[]): Promise<Body> {
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--max-time', '10', ...parameters]);
  return JSON.parse(stdout) as Body;
}

/** Both libraries tell of a 401 by its challenge, and leave the rest of the answer to whoever wants it. */
async function saying(error: unknown): Promise<never> {
  const { error: name, response } = error as { error?: string; response?: Response };
  if (name === undefined && response && !response.bodyUsed) {
    throw new Error(((await response.json()) as { error?: string }).error);
  }
  throw new Error(name ?? String(error));
}
