import { fork, type ChildProcess } from 'node:child_process';
import type { DeclarationFile, DeclarationOutcome } from '../../core/model/declaration.ts';
import { RequestError } from '../../core/model/errors.ts';
import type { DeclarationReader } from '../../core/ports/declaration-reader.ts';

interface Options {
  /** Module that the process runs: it is sent `{ file, support }`, sends the outcome, and disconnects. */
  readonly entry: URL;
  readonly support: object;
  readonly limits?: ProcessLimits;
}

export interface ProcessLimits {
  readonly seconds: number;
  readonly heapMegabytes: number;
}

/** Several times what the largest file takes that a reader accepts. */
const LIMITS: ProcessLimits = { seconds: 60, heapMegabytes: 2048 };

/** Files at a time, the one that is being read included: each is held in memory. */
const MOST_FILES = 4;

/**
 * Reads declarations one after another in a process, so that requests for tokens never wait for one. Each file has a process of
 * its own: what it costs ends with it, and a file that costs too much takes nothing else down. (A thread that runs out of memory may.)
 */
export class DeclarationProcess implements DeclarationReader {
  readonly #options: Options;
  #files = 0;
  #last: Promise<unknown> = Promise.resolve();
  #running: ChildProcess | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  async read(file: DeclarationFile): Promise<DeclarationOutcome> {
    if (this.#files >= MOST_FILES) {
      throw new RequestError('REGISTRY_BUSY', 'Other declarations are being read. Retry when they are done.');
    }
    this.#files++;
    const outcome = this.#last.then(() => this.#readNow(file));
    this.#last = outcome.catch(() => undefined);
    try {
      return await outcome;
    } finally {
      this.#files--;
    }
  }

  /** Ends the process; who waits for it gets STOPPING. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.kill('SIGKILL');
    await this.#last;
  }

  #readNow(file: DeclarationFile): Promise<DeclarationOutcome> {
    if (this.#closed) throw stopping();
    const { entry, support, limits = LIMITS } = this.#options;
    const child = fork(entry, {
      execArgv: [`--max-old-space-size=${limits.heapMegabytes}`, ...sourceOptions(entry)],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#running = child;
    return new Promise<DeclarationOutcome>((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, limits.seconds * 1000);
      child.once('message', resolve);
      const complaint = lastWordsOf(child);
      const forget = () => {
        clearTimeout(timer);
        this.#running = undefined;
      };
      child.once('error', (error) => {
        forget(); // it was never begun
        reject(error);
      });
      child.once('exit', (_, signal) => {
        forget();
        if (this.#closed) reject(stopping());
        else if (late) resolve(tooCostly(file, `could not be read within ${limits.seconds} s`));
        else if (isOutOfMemory(signal)) resolve(tooCostly(file, 'takes too much memory to read'));
        else reject(new Error(`the process that reads a declaration ended without a word${complaint()}`));
      });
      // Where it cannot be told any more, its end says why.
      child.send({ file, support }, () => undefined);
    });
  }
}

/** V8 aborts a process that has used up its heap; the kernel kills one that has used up the machine's. */
function isOutOfMemory(signal: NodeJS.Signals | null): boolean {
  return signal === 'SIGABRT' || signal === 'SIGKILL';
}

const LONGEST_COMPLAINT = 2_000;

function lastWordsOf({ stderr }: ChildProcess): () => string {
  let words = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(0, LONGEST_COMPLAINT)));
  return () => (words === '' ? '' : `: ${words.trim()}`);
}

/** From source it needs what the tests' runner does in its stead in the main one. */
function sourceOptions({ pathname }: URL): readonly string[] {
  return pathname.endsWith('.ts') ? ['--conditions=@mintmark/source', '--disable-warning=ExperimentalWarning'] : [];
}

function tooCostly({ name: file }: DeclarationFile, problem: string): DeclarationOutcome {
  const fix = 'check that it is the right file; declare fewer clients in it';
  return { ok: false, problems: [{ file, line: 1, column: 1, path: '', problem: `the file ${problem}`, fix }] };
}

function stopping(): RequestError {
  return new RequestError('STOPPING', 'The service is stopping. Retry elsewhere.');
}
