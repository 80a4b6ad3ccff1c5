import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../apps/token-service/src/config/load-config.ts';
import { explainStartFailure } from '../../../apps/token-service/src/modules/start-failure.ts';
import { startTokenService } from '../../../apps/token-service/src/modules/token-service.ts';
import { pino } from 'pino';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-start-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const settings = (own: Record<string, string> = {}) => ({
  MINTMARK_MODE: 'development',
  MINTMARK_DATA_DIR: join(folder, 'data'),
  MINTMARK_ISSUER: 'http://127.0.0.1:4000',
  MINTMARK_HTTP_ADDRESS: '127.0.0.1:0',
  MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
  MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
  MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
  MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
  ...own,
});

/** What the operator reads when the service does not come up. */
async function complaintOf(own: Record<string, string>): Promise<string> {
  try {
    const service = await startTokenService(loadConfig(settings(own)), pino({ level: 'silent' }));
    await service.stop();
  } catch (error) {
    return explainStartFailure(error);
  }
  return 'it started';
}

describe('a start that fails says in one message what to mend', () => {
  it.each([
    'MINTMARK_HTTP_ADDRESS',
    'MINTMARK_GRPC_ADDRESS',
    'MINTMARK_MANAGEMENT_ADDRESS',
    'MINTMARK_ADMIN_ADDRESS',
    'MINTMARK_ADMIN_GRPC_ADDRESS',
  ])('%s in use', async (setting) => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const address = `127.0.0.1:${(blocker.address() as AddressInfo).port}`;
    expect(await complaintOf({ [setting]: address })).toBe(
      `token-service: ${setting}: ${address} is in use by another process. Stop it, or choose another port (0 takes a free one).`,
    );
    blocker.close();
    expect(await complaintOf({})).toBe('it started'); // and left nothing locked
  });

  it('a data directory that is a file', async () => {
    writeFileSync(join(folder, 'data'), '');
    expect(await complaintOf({})).toContain('Give this user the right to, or name another in MINTMARK_DATA_DIR.');
  });

  it('a data directory below something that is no directory', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await complaintOf({ MINTMARK_DATA_DIR: join(folder, 'file', 'data') })).toContain(
      'cannot be written to (ENOTDIR)',
    );
  });

  it('a database that is no database', async () => {
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    writeFileSync(
      join(folder, 'data', 'mintmark.db'),
      'these are sixteen bytes and then some more of them'.repeat(200),
    );
    const complaint = await complaintOf({});
    expect(complaint).toMatch(/^token-service: .*mintmark\.db/);
    expect(complaint).not.toContain('    at ');
  });

  it('an audit file that was altered', async () => {
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    writeFileSync(join(folder, 'data', 'audit.jsonl'), '{"seq":1,"prev":"genesis"}\n{"seq":2,"prev":"forged"}\n');
    expect(await complaintOf({})).toContain('line 2 does not carry the hash of the line before it');
  });

  it('a declaration file with mistakes: all of them, each with its line and the fix; nothing is applied', async () => {
    const file = join(folder, 'declaration.yaml');
    writeFileSync(
      file,
      'apiVersion: mintmark/v1\nresources:\n  - id: inventory\n    scopes: [a]\n    tokenLifetime: 1h\nclients:\n  - id: orders\n    colour: red\n',
    );
    const complaint = await complaintOf({ MINTMARK_CONFIG: file });
    expect(complaint).toContain(`${file}:5:`);
    expect(complaint).toContain(`${file}:8:`);
    expect(complaint).toContain('fix:');
    expect(complaint).toContain('nothing was applied');
  });

  it.each([
    ['post-quantum signatures that were not allowed', 'ML-DSA-44'],
    ['symmetric signatures', 'HS256'],
  ])('a resource that asks for %s', async (_what, algorithm) => {
    const file = join(folder, 'declaration.yaml');
    const resource = `{ id: inventory, scopes: [a], signingAlgorithm: ${algorithm} }`;
    writeFileSync(file, `apiVersion: mintmark/v1\nresources:\n  - ${resource}\nclients: []\npolicies: []\n`);
    const complaint = await complaintOf({ MINTMARK_CONFIG: file });
    expect(complaint).toContain(`${file}:3:`);
    expect(complaint).toContain('nothing was applied');
  });

  it('a second service on the same data directory', async () => {
    const first = await startTokenService(loadConfig(settings()), pino({ level: 'silent' }));
    expect(await complaintOf({})).toContain('Another token-service is running on this data directory');
    await first.stop();
    expect(await complaintOf({})).toBe('it started');
  });

  it('no key-encryption key in production', async () => {
    expect(await complaintOf({ MINTMARK_MODE: 'production' })).toContain('MINTMARK_KEK_FILE: got nothing');
  });
});

describe('the launcher', () => {
  it('tells an old Node in one line what is needed', async () => {
    // Any Node can parse it, so an old one gets the message and not a syntax error; here the version is made up.
    const child = spawn(process.execPath, ['--input-type=module', '--eval', OLD_NODE], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(1);
    expect(Buffer.concat(chunks).toString().trim().split('\n')).toEqual([
      expect.stringContaining('Mintmark needs Node 24.9 or newer; this is v20.1.0.'),
    ]);
  });
});

const OLD_NODE = `
Object.defineProperty(process, 'versions', { value: { node: '20.1.0' } });
Object.defineProperty(process, 'version', { value: 'v20.1.0' });
await import(${JSON.stringify(new URL('../../../scripts/node-version.js', import.meta.url).href)});
`;
