import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/service-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Processes that have been told of this data directory and are still there. */
function servicesOn(dataDir: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MINTMARK_DATA_DIR=${dataDir}\0`);
      } catch {
        return false; // ended in the meantime
      }
    });
}

describe('npm start', () => {
  let folder: string;
  let child: ChildProcess;
  let printed = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mintmark-npm-start-'));
    const ports = await freePorts(7);
    const names = ['HTTP', 'GRPC', 'MANAGEMENT', 'CONSUMER_HTTP', 'CONSUMER_GRPC', 'ADMIN', 'ADMIN_GRPC'];
    const addresses = names.map((name, index) => [`MINTMARK_${name}_ADDRESS`, `127.0.0.1:${ports[index]}`]);
    child = spawn('npm', ['start'], {
      cwd: root,
      detached: true,
      env: { ...process.env, ...Object.fromEntries(addresses), MINTMARK_DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes('Ctrl-C stops both')) resolve();
      });
      child.once('exit', () => reject(new Error(`npm start ended:\n${printed}`)));
    });
  }, 120_000);

  // As a terminal does on Ctrl-C, the whole group is told, and everyone in it may pass the signal on.
  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.pid) process.kill(-child.pid, 'SIGTERM');
    await ended;
    // npm ends at once; the services take the time to finish what is in flight.
    for (let tries = 0; tries < 100 && servicesOn(join(folder, 'data')).length > 0; tries++) await sleep(100);
    expect(servicesOn(join(folder, 'data'))).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  /** The indented commands, as they would be pasted. */
  const commands = () =>
    printed
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.startsWith('  curl'))
      .map((line) => line.trim());

  const paste = (command: string) => execFileSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });

  it('prints a curl that gets a token as pasted', () => {
    const answer = JSON.parse(paste(commands()[0] ?? '')) as Record<string, unknown>;
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'stock:read stock:reserve' });
  });

  it('prints a pipeline that calls inventory as pasted', () => {
    expect(JSON.parse(paste(commands()[1] ?? ''))).toMatchObject({ caller: 'orders' });
  });

  it('keeps the secret in a file that only its owner can read, and off the terminal', () => {
    expect(statSync(join(folder, 'data', 'orders.curl')).mode & 0o777).toBe(0o600);
    expect(printed).not.toContain('mmcs_');
  });
});
