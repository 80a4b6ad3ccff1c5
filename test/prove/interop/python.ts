import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Debian's own: what apt-get installs is not seen by another Python on the PATH. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('./verify.py', import.meta.url));

export const HOW_TO_INSTALL =
  'install it: apt-get update && apt-get install -y python3-jwt python3-cryptography (or run scripts/ci/install-servers.sh)';

interface Answer {
  readonly version?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

interface PythonRequest {
  readonly issuer: string;
  readonly audience: string;
  readonly token: string;
  /** Seconds. */
  readonly leeway: number;
}

/** `verify.py` at work: one request at a time. */
export class PythonVerifier {
  readonly version: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    lines: AsyncIterator<string>,
    version: string,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.version = version;
  }

  /** @throws Error that says how to install what is missing */
  static async start(): Promise<PythonVerifier> {
    const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.on('error', (error) => (complaint += error.message));
    child.stdin.on('error', () => undefined); // the end of the process is told by its output
    child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done)
      throw new Error(`python3-jwt is missing (${complaint.trim().split('\n').at(-1)}); ${HOW_TO_INSTALL}`);
    return new PythonVerifier(child, lines, (JSON.parse(first.value) as Answer).version ?? 'unknown');
  }

  async verify(request: PythonRequest): Promise<Readonly<Record<string, unknown>>> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error('python3 ended');
    const { claims, error } = JSON.parse(line.value) as Answer;
    if (!claims) throw new Error(error);
    return claims;
  }

  stop(): void {
    this.#child.kill();
  }
}
