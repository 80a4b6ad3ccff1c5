import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface HostOptions {
  /** A module the process loads before anything else; how a proof breaks a library on purpose. */
  readonly preload?: URL | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A library at work in a process of its own, called from the proof. */
export class HostedProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: Answer) => this.#settle(answer));
    child.once('exit', (code, signal) => this.#lost(`the process ended (${signal ?? `exit code ${code}`})`));
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
  }

  static start(file: URL, { preload, environment = {} }: HostOptions = {}): HostedProcess {
    const imports = preload ? ['--import', preload.href] : [];
    const execArgv = ['--disable-warning=ExperimentalWarning', ...imports];
    const env = { ...process.env, ...environment };
    return new HostedProcess(fork(fileURLToPath(file), { execArgv, env, serialization: 'advanced' }));
  }

  /** @throws Error with what the method threw, or if the process has ended */
  call<Result>(method: string, ...parameters: readonly unknown[]): Promise<Result> {
    const id = (this.#calls += 1);
    return new Promise<Result>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve, reject });
      const call: Call = { id, method, parameters };
      this.#child.send(call, (error) => error && this.#settle({ id, error: error.message }));
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await new Promise((resolve) => {
      this.#child.once('exit', resolve);
      this.#child.kill('SIGKILL');
    });
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) pending?.reject(new Error(answer.error));
    else pending?.resolve(answer.result);
  }

  #lost(reason: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(reason));
    this.#pending.clear();
  }
}

/** The other side, inside the process: answers calls until the proof is gone. */
export function host(methods: object): void {
  process.on('message', ({ id, method, parameters }: Call) => {
    const run = async () =>
      (methods as Record<string, (...given: readonly unknown[]) => unknown>)[method]?.(...parameters);
    run().then(
      (result) => process.send?.({ id, result }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
