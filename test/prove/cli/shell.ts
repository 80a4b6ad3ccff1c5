// A shell in an empty directory, in which somebody types commands; what they print is kept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Typed {
  readonly line: string;
  /** Standard output and error, in the order they came. */
  readonly printed: string;
  readonly exitCode: number;
}

export class Shell {
  readonly directory: string;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(directory: string, environment: Readonly<Record<string, string>> = {}) {
    this.directory = directory;
    const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
    this.#environment = { PATH: path, HOME: directory, XDG_CONFIG_HOME: join(directory, '.config'), ...environment };
  }

  async type(line: string): Promise<Typed> {
    const child = spawn('sh', ['-c', `{ ${line}\n} 2>&1`], {
      cwd: this.directory,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { line, printed: Buffer.concat(chunks).toString('utf8').trimEnd(), exitCode: exitCode ?? 1 };
  }
}
