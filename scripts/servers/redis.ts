import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../service-process.ts';

const READY_WITHIN_SECONDS = 10;

/** A Redis server of its own on a free port of 127.0.0.1. It ends with this process, however that ends. */
export class RedisServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #end: () => void;

  private constructor(child: ChildProcess, port: number, end: () => void) {
    this.#child = child;
    this.port = port;
    this.#end = end;
  }

  /**
   * @param options.port that of one that was stopped, to take its place
   * @param options.directory where it keeps on disk what it does by default; absent: nothing
   * @throws Error with what to install, or with what the server said
   */
  static async start(
    options: { readonly port?: number; readonly directory?: string; readonly settings?: readonly string[] } = {},
  ): Promise<RedisServer> {
    const port = options.port ?? (await freePorts(1))[0] ?? 0;
    // A directory of its own in any case: a replica writes what it is sent there, and whoever starts there reads it.
    const { directory = mkdtempSync(join(tmpdir(), 'mintmark-redis-')) } = options;
    const keeping = options.directory === undefined ? ['--save', '', '--appendonly', 'no'] : [];
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...keeping];
    const child = spawn('redis-server', [...settings, ...(options.settings ?? [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed: string[] = [];
    child.stdout?.on('data', (text: Buffer) => printed.length < 100 && printed.push(text.toString()));
    const end = () => {
      child.kill('SIGKILL');
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    };
    process.once('exit', end);
    const server = new RedisServer(child, port, () => {
      process.off('exit', end);
      end();
    });
    await Promise.race([server.#untilReady(printed), failed(child)]);
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @returns what it says to one command, such as `PING` */
  async run(command: string): Promise<string> {
    return (await ask(this.port, command)) ?? '';
  }

  /** Ends it at once; what it has not kept on disk is lost. */
  async stop(): Promise<void> {
    const running = this.#child.exitCode === null && this.#child.signalCode === null;
    const ended = running && once(this.#child, 'exit');
    this.#end();
    await ended;
  }

  async #untilReady(printed: readonly string[]): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
    while (Date.now() < deadline) {
      if ((await ask(this.port, 'PING'))?.startsWith('+PONG')) return;
      if (this.#child.exitCode !== null) break;
      await delay(20);
    }
    await this.stop();
    throw new Error(`redis-server did not answer. It printed:\n${printed.join('')}`);
  }
}

async function failed(child: ChildProcess): Promise<never> {
  const [error] = (await once(child, 'error')) as [Error];
  throw new Error(`redis-server cannot be run (${error.message}). Install it: apt-get install redis-server`);
}

/** @returns `undefined` without an answer */
function ask(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    const end = (answer?: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end());
    socket.on('data', (answer) => end(answer.toString()));
    socket.on('error', () => end());
  });
}
