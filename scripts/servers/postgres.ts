import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePorts } from '../service-process.ts';

export interface PostgresOptions {
  /** false only where nothing is shown about durability. */
  readonly fsync?: boolean;
  /** More of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

const OLDEST = 15;
const USER = 'mintmark';
const DATABASE = 'mintmark';

/**
 * A PostgreSQL server of its own in a temporary directory, on a free port of 127.0.0.1, with an empty database `mintmark` and a user
 * of that name, who owns it, may make others and needs a password. It ends with this process, however that ends.
 */
export class PostgresServer {
  readonly port: number;
  /** Holds the password of the user; mode 0600. For MINTMARK_DATABASE_PASSWORD_FILE. */
  readonly passwordFile: string;
  /** Of the server's first process. */
  readonly pid: number;
  readonly #keeper: ChildProcess;

  private constructor(keeper: ChildProcess, facts: { port: number; directory: string; passwordFile: string }) {
    this.#keeper = keeper;
    this.port = facts.port;
    this.passwordFile = facts.passwordFile;
    this.pid = Number(readFileSync(join(facts.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  static isInstalled(): boolean {
    return programsInstalled() !== undefined;
  }

  /** @throws Error with what to install, or with what the server said */
  static async start({ fsync = true, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
    const programs = findPrograms();
    const owner = ordinaryUser();
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-postgres-'));
    try {
      const [port = 0] = await freePorts(1);
      const passwordFile = join(directory, 'password');
      writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
      for (const path of owner ? [directory, passwordFile] : []) chownSync(path, owner!.uid, owner!.gid);
      initialise(programs, directory, owner);
      const own = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: directory };
      const sizes = { max_connections: '200', shared_buffers: '32MB', fsync: fsync ? 'on' : 'off' };
      const keeper = keep(programs, { directory, owner, settings: { ...own, ...sizes, ...settings } });
      await untilReady(keeper, { directory, port, passwordFile });
      return new PostgresServer(keeper, { port, directory, passwordFile });
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** For MINTMARK_DATABASE_URL. */
  url(database = DATABASE, port = this.port): string {
    return `postgres://${USER}@127.0.0.1:${port}/${database}`;
  }

  /** Runs one statement, as the owner of the databases, for what no product does: CREATE DATABASE, pg_terminate_backend. */
  async run(statement: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    return run({ port: this.port, passwordFile: this.passwordFile, user: 'postgres', database }, statement);
  }

  async stop(): Promise<void> {
    if (this.#keeper.exitCode !== null || this.#keeper.signalCode !== null) return;
    const ended = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    await ended;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The server refuses to run as root; then it is given another user. */
function ordinaryUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = users.find((each) => each.startsWith('postgres:')) ?? users.find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid) throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody.');
  return { uid: Number(uid), gid: Number(gid) };
}

function findPrograms(): string {
  const programs = programsInstalled();
  if (programs !== undefined) return programs;
  throw new Error(
    `There are no programs of PostgreSQL ${OLDEST} or later. Run scripts/ci/install-servers.sh (Debian: apt-get install postgresql).`,
  );
}

/** Debian keeps the programs of each version in a directory of its own, off the PATH. */
function programsInstalled(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  const found = versions
    .filter((version) => version >= OLDEST)
    .sort((a, b) => a - b)
    .map((version) => join(debian, String(version), 'bin'));
  return [...found, bindirOfPgConfig()].find((path) => path && existsSync(join(path, 'initdb')));
}

function bindirOfPgConfig(): string | undefined {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function initialise(programs: string, directory: string, owner: Owner | undefined): void {
  const data = ['--pgdata', join(directory, 'data'), '--no-sync'];
  const texts = ['--encoding', 'UTF8', '--no-locale'];
  const access = ['--username', 'postgres', '--auth', 'scram-sha-256', '--pwfile', join(directory, 'password')];
  execFileSync(join(programs, 'initdb'), [...data, ...texts, ...access], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...owner,
  });
}

/**
 * A shell between us and the server: when its input ends, because we said so or because this process is gone, it stops the server
 * and removes the directory. One that does not stop, because one of its processes was halted, is stopped hard.
 */
const KEEPER = `
directory=$1; shift
"$@" >"$directory/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
(sleep 5; kill -QUIT "$server" 2>/dev/null) &
impatience=$!
wait "$server"
kill "$impatience" 2>/dev/null
rm -rf "$directory"
`;

function keep(
  programs: string,
  server: { directory: string; owner: Owner | undefined; settings: Readonly<Record<string, string>> },
): ChildProcess {
  const { directory, owner, settings } = server;
  const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [join(programs, 'postgres'), '-D', join(directory, 'data'), ...assignments];
  return spawn('/bin/sh', ['-c', KEEPER, 'keeper', directory, ...command], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C in a terminal is for those who use the server; it goes when they have gone.
    detached: true,
    ...owner,
  });
}

async function untilReady(
  keeper: ChildProcess,
  { directory, port, passwordFile }: { directory: string; port: number; passwordFile: string },
): Promise<void> {
  const access = { port, passwordFile, user: 'postgres', database: 'postgres' };
  const password = readFileSync(passwordFile, 'utf8');
  for (let tries = 0; ; tries++) {
    try {
      await run(access, `create role ${USER} login createdb password '${password}'`);
      break;
    } catch (error) {
      if (tries > 200) {
        const log = readFileSync(join(directory, 'log'), 'utf8');
        keeper.stdin?.end();
        throw new Error(`PostgreSQL did not start: ${String(error)}\n${log}`);
      }
      await delay(50);
    }
  }
  await run(access, `create database ${DATABASE} owner ${USER}`);
}

async function run(
  access: { port: number; passwordFile: string; user: string; database: string },
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  const { passwordFile, ...where } = access;
  const client = new Client({ host: '127.0.0.1', ...where, password: readFileSync(passwordFile, 'utf8'), ssl: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
