import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a service says of itself in the log line `ready`. */
export interface ReadyLine {
  readonly http: string;
  readonly grpc: string;
  readonly [name: string]: unknown;
}

interface ServiceOptions {
  readonly name: 'token-service' | 'consumer-service';
  readonly environment: Readonly<Record<string, string>>;
  /** Told every line the process prints, on either stream. */
  readonly onLine?: (line: string) => void;
  readonly readyWithinSeconds?: number;
}

/** A service in a process of its own, from the very entry point it has in production. */
export class ServiceProcess {
  readonly ready: ReadyLine;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: ReadyLine) {
    this.#child = child;
    this.ready = ready;
  }

  /** @throws Error with what the process printed, if it ends or says nothing before it is ready */
  static async start({ name, environment, onLine, readyWithinSeconds = 20 }: ServiceOptions): Promise<ServiceProcess> {
    const child = spawn(process.execPath, [`apps/${name}/dist/main.js`], {
      cwd: root,
      env: { ...foreignEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal reaches this process alone, which then stops its services in order.
      detached: true,
    });
    const end = () => child.exitCode === null && child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return new ServiceProcess(child, await readyLine(name, child, { onLine, readyWithinSeconds }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when the process has ended, however that came about. */
  get ended(): Promise<unknown> {
    return this.exited ? Promise.resolve() : once(this.#child, 'exit');
  }

  get exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Sends the signal and waits for the end; a process that does not stop within `seconds` is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', seconds = 10): Promise<number | null> {
    if (this.exited) return this.#child.exitCode;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), seconds * 1000);
    const { ended } = this;
    this.#child.kill(signal);
    await ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }
}

/** The environment without our own settings: what a shell has set must not leak into a demonstration or test. */
function foreignEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MINTMARK_')));
}

function readyLine(
  name: string,
  child: ChildProcess,
  { onLine, readyWithinSeconds }: { onLine: ServiceOptions['onLine']; readyWithinSeconds: number },
): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const printed: string[] = [];
    const timer = setTimeout(() => fail(`was not ready within ${readyWithinSeconds} s`), readyWithinSeconds * 1000);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error([`${name} ${what}. It printed:`, ...printed].join('\n')));
    };
    const see = (line: string) => {
      onLine?.(line);
      if (printed.length < 100) printed.push(line);
      const parsed = parseLine(line);
      if (parsed?.msg !== 'ready') return;
      clearTimeout(timer);
      resolve(parsed as unknown as ReadyLine);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', see);
    child.once('exit', (code, signal) => fail(`ended (${signal ?? `exit code ${code}`}) before it was ready`));
  });
}

function parseLine(line: string): { msg?: unknown } | undefined {
  try {
    return JSON.parse(line) as { msg?: unknown };
  } catch {
    return undefined;
  }
}

/** Where the kernel takes no port from for outgoing connections: one of ours is still free when its process comes back. */
const STEADY_PORTS = { from: 15_000, to: 32_000 };

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(STEADY_PORTS.from, STEADY_PORTS.to);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true));
    server.once('error', () => resolve(false));
  });
  server.listen(port, '127.0.0.1');
  if (!(await free)) return false;
  await once(server.close(), 'close');
  return true;
}
