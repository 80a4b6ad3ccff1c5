import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CREDENTIAL_KINDS } from '../../apps/token-service/src/core/model/client.ts';
import { REFUSAL_REASONS, UNDECIDED_REASONS } from '../../apps/token-service/src/core/authentication/proof.ts';
import { readDeclaration } from '../../apps/token-service/src/core/registry/declaration/read-declaration.ts';
import { claimsIn } from '../clients/assertions.ts';
import { startTestClients, type TestClients } from '../e2e/authenticating/test-clients.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documentText = readFileSync(join(root, 'docs/authenticating.md'), 'utf8');

interface Example {
  readonly client: string;
  readonly language: string;
  readonly text: string;
}

const EXAMPLES: readonly Example[] = [...documentText.matchAll(/<!-- example: (\w+) -->\n```(\w+)\n(.*?)```/gs)].map(
  ([, client = '', language = '', text = '']) => ({ client, language, text }),
);
const DECLARATIONS = [...documentText.matchAll(/<!-- declaration -->\n```yaml\n(.*?)```/gs)].map(
  ([, text = '']) => text,
);

let clients: TestClients;
beforeAll(async () => {
  clients = await startTestClients();
  const { world } = clients;
  const { certificate, privateKey } = world.certificates.certified;
  const token = world.cluster.tokenFor({ audience: world.issuer, namespace: 'shop', name: 'pod' });
  const files = {
    token,
    'key.pem': world.keys.own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    'tls.crt': certificate,
    'tls.key': privateKey,
    'ca.crt': world.authority.certificate,
    curl: `user = "secretive:${clients.secretOf('secretive')}"\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(world.directory, name), text, { mode: 0o600 });
}, 20_000);
afterAll(() => clients?.stop());

/** The example as it stands in the document, with its addresses, files and client in place of those of the text. */
function placed({ client, text }: Example): string {
  const { world, listeners } = clients;
  return text
    .replaceAll('https://mtls.tokens.internal', listeners.mtlsHttp)
    .replaceAll('https://tokens.internal', world.issuer)
    .replaceAll(/\/(?:var\/)?run\/secrets\/\w+/g, world.directory)
    .replaceAll(/\borders\b/g, client);
}

const run = promisify(execFile);

async function answerOf(example: Example): Promise<string> {
  const text = placed(example);
  switch (example.language) {
    case 'sh':
      return (await run('bash', ['-euc', text])).stdout;
    case 'python':
      return (await run('/usr/bin/python3', ['-c', text])).stdout;
    default: {
      const arguments_ = ['--conditions=@mintmark/source', '--input-type=module-typescript', '--eval', text];
      return (await run(process.execPath, arguments_, { cwd: root })).stdout;
    }
  }
}

describe('docs/authenticating.md', () => {
  it.each(EXAMPLES.map((each) => [`${each.client} in ${each.language}`, each] as const))(
    'has an example that works, in at most ten lines: %s',
    async (_, example) => {
      expect(example.text.trim().split('\n').length).toBeLessThanOrEqual(10);
      const { access_token: token = '' } = JSON.parse(await answerOf(example)) as { access_token?: string };
      expect(claimsIn(token)).toMatchObject({ sub: example.client, aud: 'inventory' });
    },
    20_000,
  );

  it('has one for every way there is', () => {
    expect(new Set(EXAMPLES.map(({ client }) => client))).toEqual(new Set(['pod', 'keyed', 'certified', 'secretive']));
  });

  it('has declarations that are sound', () => {
    const support = { credentialKinds: CREDENTIAL_KINDS, signingAlgorithms: [], senderConstraints: [] };
    for (const text of DECLARATIONS) {
      expect(readDeclaration({ name: 'mintmark.yaml', bytes: Buffer.from(text) }, support)).toMatchObject({ ok: true });
    }
    expect(DECLARATIONS).toHaveLength(3);
  });

  it('explains every reason, and no other', () => {
    const [, table = ''] = documentText.split('| reason | what was wrong |');
    const explained = table.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)]);
    const names = explained.map(([, name = '']) => name).sort();
    expect(names).toEqual([...REFUSAL_REASONS, ...UNDECIDED_REASONS].sort());
  });
});
