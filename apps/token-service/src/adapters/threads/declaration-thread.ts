import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { DeclarationFile, DeclarationOutcome } from '../../core/model/declaration.ts';
import { RequestError } from '../../core/model/errors.ts';
import type { DeclarationReader } from '../../core/ports/declaration-reader.ts';

interface Options {
  /** Module that the thread runs: it finds `{ file, support }` as its `workerData` and posts the outcome. */
  readonly entry: URL;
  readonly support: object;
  readonly limits?: ThreadLimits;
}

export interface ThreadLimits {
  readonly seconds: number;
  readonly heapMegabytes: number;
}

/** Several times what the largest file takes that a reader accepts. */
const LIMITS: ThreadLimits = { seconds: 60, heapMegabytes: 2048 };

/** Files at a time, the one that is being read included: each is held in memory. */
const MOST_FILES = 4;

/**
 * Reads declarations one after another in a thread, so that requests for tokens never wait for one. Each file has a thread of
 * its own: what it costs ends with it, and a file that costs too much takes nothing else down.
 */
export class DeclarationThread implements DeclarationReader {
  readonly #options: Options;
  #files = 0;
  #last: Promise<unknown> = Promise.resolve();
  #running: Worker | undefined;
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

  /** Ends the thread; who waits for it gets STOPPING. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running?.terminate();
    await this.#last;
  }

  #readNow(file: DeclarationFile): Promise<DeclarationOutcome> {
    if (this.#closed) throw stopping();
    const { entry, support, limits = LIMITS } = this.#options;
    const worker = new Worker(entry, {
      workerData: { file, support },
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes },
      ...sourceOptions(entry),
    });
    this.#running = worker;
    return new Promise<DeclarationOutcome>((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        void worker.terminate();
      }, limits.seconds * 1000);
      worker.once('message', resolve);
      worker.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(tooCostly(file, 'takes too much memory to read'));
        else reject(error);
      });
      worker.once('exit', () => {
        clearTimeout(timer);
        this.#running = undefined;
        if (late) resolve(tooCostly(file, `could not be read within ${limits.seconds} s`));
        else reject(this.#closed ? stopping() : new Error('the thread that reads a declaration ended without a word'));
      });
    });
  }
}

/** From source a thread needs what the tests' runner does in its stead in the main one. */
function sourceOptions({ pathname }: URL): WorkerOptions {
  if (!pathname.endsWith('.ts')) return {};
  return { execArgv: ['--conditions=@mintmark/source', '--disable-warning=ExperimentalWarning'] };
}

function tooCostly({ name: file }: DeclarationFile, problem: string): DeclarationOutcome {
  const fix = 'check that it is the right file; declare fewer clients in it';
  return { ok: false, problems: [{ file, line: 1, column: 1, path: '', problem: `the file ${problem}`, fix }] };
}

function stopping(): RequestError {
  return new RequestError('STOPPING', 'The service is stopping. Retry elsewhere.');
}
