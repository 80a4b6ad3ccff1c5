import { HostedProcess } from '../hosted-process.ts';
import type { Look, Opening } from './verifier-host.ts';

/** So many processes hold the light verifiers: one alone would be busier with itself than a service ever is. */
const PROCESSES = 2;

/** The light verifiers of a drill, spread over some processes. */
export class Hosts implements AsyncDisposable {
  readonly #processes: readonly HostedProcess[];

  constructor(options: Parameters<typeof HostedProcess.start>[1]) {
    const file = new URL('verifier-host.ts', import.meta.url);
    this.#processes = Array.from({ length: PROCESSES }, () => HostedProcess.start(file, options));
  }

  async open(opening: Omit<Opening, 'first'>): Promise<void> {
    const share = Math.ceil(opening.count / PROCESSES);
    const parts = this.#processes.map((host, index) => {
      const first = index * share;
      const count = Math.max(0, Math.min(share, opening.count - first));
      return host.call('open', { ...opening, first, count } satisfies Opening);
    });
    await Promise.all(parts);
  }

  /** @returns how many verifiers accept all of them now; and they look at them from then on */
  async look(tokens: Readonly<Record<string, string>>): Promise<number> {
    const accepting = await Promise.all(this.#processes.map((host) => host.call<number>('look', tokens)));
    return accepting.reduce((sum, count) => sum + count, 0);
  }

  async report(group: string): Promise<readonly Look[]> {
    return (await Promise.all(this.#processes.map((host) => host.call<readonly Look[]>('report', group)))).flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((host) => host.stop()));
  }
}
