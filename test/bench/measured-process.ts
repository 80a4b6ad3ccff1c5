import { readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Unit of the times in /proc/<pid>/stat on Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** A server in a process of its own whose CPU time can be read. */
export class MeasuredProcess {
  readonly ready: { readonly http: string; readonly grpc: string };
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: MeasuredProcess['ready']) {
    this.#child = child;
    this.ready = ready;
  }

  static async start(file: string, environment: Readonly<Record<string, string>> = {}): Promise<MeasuredProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('"msg":"ready"')) {
        child.stdout.resume();
        return new MeasuredProcess(child, JSON.parse(line) as MeasuredProcess['ready']);
      }
    }
    throw new Error(`${file} ended before it was ready`);
  }

  /** User and system time so far, in microseconds; one tick (10 ms) is the finest there is. */
  cpuMicros(): number {
    const afterName = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1] ?? '';
    const fields = afterName.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
  }

  residentMebibytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }
}
