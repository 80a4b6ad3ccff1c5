import { readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Unit of the times in /proc/<pid>/stat on Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;
const READY_WITHIN_MILLIS = 30_000;

/** What is written into the log line `ready`. */
export interface ReadyLine {
  readonly http: string;
  readonly grpc: string;
}

interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** For a process that logs no `ready`: it counts as ready once this URL answers 200. */
  readonly probe?: string;
}

/** A server in a process of its own whose CPU time can be read. */
export class MeasuredProcess {
  /** Absent where a probe was used. */
  readonly ready: ReadyLine | undefined;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: ReadyLine | undefined) {
    this.#child = child;
    this.ready = ready;
  }

  /** @param file from the root of the repository */
  static async start(file: string, { environment = {}, probe }: ProcessOptions = {}): Promise<MeasuredProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: ROOT,
      env: { ...foreignEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const ready = probe === undefined ? await readyLine(file, child) : await answered(probe, child);
    child.stdout.resume();
    return new MeasuredProcess(child, ready);
  }

  /** User and system time of all its threads so far, in microseconds; one tick (10 ms) is the finest there is. */
  cpuMicros(): number {
    const afterName = this.#proc('stat').split(') ')[1] ?? '';
    const fields = afterName.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
  }

  residentMebibytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(this.#proc('status'))?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  #proc(file: string): string {
    return readFileSync(`/proc/${this.#child.pid}/${file}`, 'utf8');
  }
}

/** What a shell has set of ours must not change what is measured. */
function foreignEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MINTMARK_')));
}

async function readyLine(file: string, { stdout }: ChildProcess): Promise<ReadyLine> {
  // Not `for await`: leaving such a loop would close the pipe the process still writes to.
  const lines = createInterface({ input: stdout! });
  const found = Promise.withResolvers<ReadyLine>();
  lines.on('line', (line) => line.includes('"msg":"ready"') && found.resolve(JSON.parse(line) as ReadyLine));
  lines.once('close', () => found.reject(new Error(`${file} ended before it was ready`)));
  return found.promise;
}

async function answered(url: string, child: ChildProcess): Promise<undefined> {
  for (const end = Date.now() + READY_WITHIN_MILLIS; Date.now() < end && child.exitCode === null; await pause(20)) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return undefined;
  }
  child.kill('SIGKILL');
  throw new Error(`nothing answered at ${url}`);
}
