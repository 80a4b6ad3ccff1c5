import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../service-process.ts';

const READY_WITHIN_SECONDS = 10;

/** A Redis server of its own on a free port of 127.0.0.1 that keeps nothing on disk. It ends with this process, however that ends. */
export class RedisServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #forget: () => void;

  private constructor(child: ChildProcess, port: number, forget: () => void) {
    this.#child = child;
    this.port = port;
    this.#forget = forget;
  }

  /**
   * @param options.port that of one that was stopped, to take its place
   * @throws Error with what to install, or with what the server said
   */
  static async start(
    options: { readonly port?: number; readonly settings?: readonly string[] } = {},
  ): Promise<RedisServer> {
    const port = options.port ?? (await freePorts(1))[0] ?? 0;
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...settings, ...(options.settings ?? [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed: string[] = [];
    child.stdout?.on('data', (text: Buffer) => printed.length < 100 && printed.push(text.toString()));
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    const server = new RedisServer(child, port, () => process.off('exit', end));
    await Promise.race([server.#untilReady(printed), failed(child)]);
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Ends it at once; all it remembers is lost. */
  async stop(): Promise<void> {
    this.#forget();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #untilReady(printed: readonly string[]): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
    while (Date.now() < deadline) {
      if (await answers(this.port)) return;
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.on('data', (answer) => end(answer.toString().startsWith('+PONG')));
    socket.on('error', () => end(false));
  });
}
