import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startFakeAdminApi, type FakeAdminApi } from './fake-admin-api.ts';
import { newOperator, type Operator } from './operator.ts';

const MAIN = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));

let api: FakeAdminApi | undefined;
let ann: Operator | undefined;

afterEach(async () => {
  ann?.leave();
  await api?.close();
});

/** The CLI as a process, from its source. */
function start(args: string[], env: Record<string, string> = {}, flags: string[] = []): ChildProcess {
  const source = ['--conditions=@mintmark/source', '--disable-warning=ExperimentalWarning', ...flags];
  return spawn(process.execPath, [...source, MAIN, ...args], { env: { PATH: process.env['PATH'], ...env } });
}

/** @returns the exit code as shells have it: 128 and its number for a signal */
async function ended(child: ChildProcess): Promise<{ exitCode: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (written.err += chunk.toString()));
  const [exitCode, signal] = (await once(child, 'close')) as [number, NodeJS.Signals | null];
  return { exitCode: signal ? 128 + constants.signals[signal] : exitCode, ...written };
}

async function loggedIn(): Promise<{ api: FakeAdminApi; env: Record<string, string> }> {
  api = await startFakeAdminApi();
  ann = newOperator();
  ann.logIn(api.origin);
  return { api, env: { XDG_CONFIG_HOME: `${ann.home}/config` } };
}

describe('the process', () => {
  it('answers --help without loading what talks to services', async () => {
    const seen =
      "import { registerHooks } from 'node:module'; registerHooks({ load: (url, context, next) => { if (!url.startsWith('node:')) process.stderr.write(url + '\\n'); return next(url, context); } });";
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(seen)}`];
    const { exitCode, out, err } = await ended(start(['--help'], {}, flags));
    expect(exitCode).toBe(0);
    expect(out).toContain('Usage: mintmark');
    const loaded = err.split('\n').filter(Boolean);
    expect(loaded.some((url) => url.endsWith('/apps/cli/src/main.ts'))).toBe(true);
    expect(loaded.filter((url) => /\/(libs|commands)\/|node_modules\/(?!commander)/.test(url))).toEqual([]);
  });

  it('ends at Ctrl-C while it waits for an answer', async () => {
    const { api: service, env } = await loggedIn();
    const child = start(['keys', 'status'], env);
    service.answers['GET /admin/v1/keys'] = () => {
      child.kill('SIGINT');
      return [200, 'never whole', { 'content-length': '1000' }];
    };
    expect(await ended(child)).toMatchObject({ exitCode: 130, out: '', err: expect.stringContaining('Interrupted.') });
  });

  it('ends at Ctrl-C while it waits for input', async () => {
    const { env } = await loggedIn();
    const pipe = join(ann!.home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = start(['plan', '-f', pipe], env);
    const end = ended(child);
    const writer = await open(pipe, 'w'); // opens when the other end does
    child.kill('SIGINT');
    expect(await end).toMatchObject({ exitCode: 130, out: '', err: expect.stringContaining('Interrupted.') });
    await writer.close();
  });

  it('lets whoever reads its output stop reading', async () => {
    const { env } = await loggedIn();
    const child = start(['clients', 'list', '-o', 'json'], env);
    child.stdout?.destroy();
    const { exitCode, err } = await ended(child);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  });
});
