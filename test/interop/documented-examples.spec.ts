import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { CREDENTIAL_KINDS } from '../../apps/token-service/src/core/model/client.ts';
import { REFUSAL_REASONS, UNDECIDED_REASONS } from '../../apps/token-service/src/core/authentication/proof.ts';
import { readDeclaration } from '../../apps/token-service/src/core/registry/declaration/read-declaration.ts';
import { claimsIn, workflowToken } from '../clients/assertions.ts';
import { publicJwkOfCertificate } from '../clients/certificates.ts';
import { GITHUB, type World } from '../clients/world.ts';
import { startTestClients, type TestClients } from '../e2e/authenticating/test-clients.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documentText = readFileSync(join(root, 'docs/authenticating.md'), 'utf8');

interface Example {
  /** Who runs it. */
  readonly who: string;
  readonly language: string;
  readonly text: string;
}

const EXAMPLES: readonly Example[] = [...documentText.matchAll(/<!-- example: (\w+) -->\n```(\w+)\n(.*?)```/gs)].map(
  ([, who = '', language = '', text = '']) => ({ who, language, text }),
);
const DECLARATIONS = [...documentText.matchAll(/<!-- declaration -->\n```yaml\n(.*?)```/gs)].map(
  ([, text = '']) => text,
);

let clients: TestClients;
let platform: Platform;
beforeAll(async () => {
  clients = await startTestClients();
  const { world, service } = clients;
  platform = await startPlatform(world);
  const merged = mergedDeclaration(DECLARATIONS.map(placed));
  writeFileSync(world.settings()['MINTMARK_CONFIG'] ?? '', JSON.stringify(merged));
  while (!service.core.registry.snapshot().client('orders')) await delay(50);
  await writeFiles();
}, 30_000);
afterAll(async () => {
  await platform?.stop();
  await clients?.stop();
});

/** All that the document declares, as one client that may do what the examples ask for, with a secret besides. */
function mergedDeclaration(texts: readonly string[]): object {
  const parsed = texts.map(
    (text) => parse(text) as { clients: { credentials: object[] }[]; trustedIssuers?: object[] },
  );
  const credentials = parsed.flatMap((each) => each.clients).flatMap((client) => client.credentials);
  return {
    apiVersion: 'mintmark/v1',
    trustedIssuers: parsed.flatMap(({ trustedIssuers = [] }) => trustedIssuers),
    resources: [{ id: 'inventory', scopes: ['stock:read'] }],
    clients: [{ id: 'orders', credentials: [...credentials, { kind: 'client_secret' }] }],
    policies: [{ client: 'orders', resource: 'inventory', scopes: ['stock:read'] }],
  };
}

/** What the examples find on the machines they are for. */
async function writeFiles(): Promise<void> {
  const { world, service } = clients;
  const names = [{ type: 'dns', value: 'orders.internal' }] as const;
  const { certificate, privateKey } = await world.authority.issue({ names });
  const made = await service.core.administration.hostSecret.execute('orders', 'test');
  const files = {
    token: world.cluster.tokenFor({ audience: world.issuer, namespace: 'shop', name: 'orders' }),
    'key.pem': world.keys.own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    'tls.crt': certificate,
    'tls.key': privateKey,
    'own.crt': world.certificates.pinned.certificate,
    'own.key': world.certificates.pinned.privateKey,
    'ca.crt': world.authority.certificate,
    curl: `user = "orders:${made.secret}"\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(world.directory, name), text, { mode: 0o600 });
}

interface Platform {
  /** Where the key sets are that the document declares, and where a workflow asks for its token. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The client's own server and GitHub. */
async function startPlatform({ keys }: World): Promise<Platform> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://platform');
    const flow = { issuer: GITHUB, audience: searchParams.get('audience') ?? '', repository: 'shop/orders' };
    const answers: Record<string, () => object> = {
      '/orders': () => ({ keys: [keys.own.jwk, keys.ed.jwk] }),
      '/github': () => ({ keys: [keys.github.jwk] }),
      '/token': () => ({ count: 1, value: workflowToken(keys.github, flow) }),
    };
    response.end(JSON.stringify(answers[pathname]?.()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** A text of the document, with addresses, files and keys in place of its own. */
function placed(text: string): string {
  const { world, listeners } = clients;
  return text
    .replaceAll('https://kubernetes.default.svc/openid/v1/jwks', world.cluster.jwksUri)
    .replaceAll('https://orders.internal/jwks.json', `${platform.url}/orders`)
    .replaceAll('https://token.actions.githubusercontent.com/.well-known/jwks', `${platform.url}/github`)
    .replaceAll('https://mtls.tokens.internal', listeners.mtlsHttp)
    .replaceAll('https://tokens.internal', world.issuer)
    .replaceAll(
      '{ kty: EC, crv: P-256, x: …, y: … }',
      JSON.stringify(publicJwkOfCertificate(world.certificates.pinned)),
    )
    .replaceAll(/\/(?:var\/)?run\/secrets\/\w+/g, world.directory);
}

const run = promisify(execFile);

async function answerOf({ language, text }: Example): Promise<string> {
  const example = placed(text);
  const env = {
    ...process.env,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${platform.url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job',
  };
  switch (language) {
    case 'sh':
      return (await run('bash', ['-euc', example], { env })).stdout;
    case 'python':
      return (await run('/usr/bin/python3', ['-c', example])).stdout;
    default: {
      const arguments_ = ['--conditions=@mintmark/source', '--input-type=module-typescript', '--eval', example];
      return (await run(process.execPath, arguments_, { cwd: root })).stdout;
    }
  }
}

describe('docs/authenticating.md', () => {
  it.each(EXAMPLES.map((each) => [`${each.who} in ${each.language}`, each] as const))(
    'has an example that works, in at most ten lines: %s',
    async (_, example) => {
      expect(example.text.trim().split('\n').length).toBeLessThanOrEqual(10);
      const { access_token: token = '' } = JSON.parse(await answerOf(example)) as { access_token?: string };
      expect(claimsIn(token)).toMatchObject({ sub: 'orders', aud: 'inventory' });
    },
    20_000,
  );

  it('has one for every way there is', () => {
    const ways = ['pod', 'flow', 'keyed', 'certified', 'pinned', 'secretive'];
    expect(new Set(EXAMPLES.map(({ who }) => who))).toEqual(new Set(ways));
  });

  it('has declarations that are sound', () => {
    const support = { credentialKinds: CREDENTIAL_KINDS, signingAlgorithms: [], senderConstraints: [] };
    for (const text of DECLARATIONS.map(placed)) {
      expect(readDeclaration({ name: 'mintmark.yaml', bytes: Buffer.from(text) }, support)).toMatchObject({ ok: true });
    }
    expect(DECLARATIONS).toHaveLength(5);
  });

  it('explains every reason, and no other', () => {
    const [, table = ''] = documentText.split('| reason | what was wrong |');
    const explained = table.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)]);
    const names = explained.map(([, name = '']) => name).sort();
    expect(names).toEqual([...REFUSAL_REASONS, ...UNDECIDED_REASONS].sort());
  });
});
