import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { endsConnection, type TokenAnswer, type TokenFailure, type TokenVerb } from './token-messages.ts';

const MAIN = fileURLToPath(new URL(`./token-main${extname(import.meta.url)}`, import.meta.url));

interface Pending {
  readonly verb: TokenVerb;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One life of the process that holds the token. */
export class TokenConnection {
  isOpen = false;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #failure: TokenFailure = { code: 'PROVIDER_UNREACHABLE', message: GONE };
  #sequence = 0;

  constructor(sessions: number, onEnd: (failure: TokenFailure) => void) {
    this.#child = fork(MAIN, [String(process.pid)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: environmentOf(sessions),
    });
    this.#child.on('message', (answer: TokenAnswer) => this.#receive(answer));
    this.ended = new Promise<void>((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('exit', () => resolve());
    }).then(() => {
      for (const { reject } of this.#pending.values()) reject(errorOf(this.#failure));
      this.#pending.clear();
      onEnd(this.#failure);
    });
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  get isMakingKey(): boolean {
    return [...this.#pending.values()].some(({ verb }) => verb === 'create');
  }

  ask(verb: TokenVerb, asked: object): Promise<unknown> {
    const sequence = ++this.#sequence;
    return new Promise((resolve, reject) => {
      this.#pending.set(sequence, { verb, resolve, reject });
      // An error is told by the end of the process as well.
      this.#child.send({ sequence, verb, ...asked }, () => undefined);
    });
  }

  /** A native call that hangs knows no other end. */
  end(failure?: TokenFailure): void {
    if (failure) this.#failure = failure;
    this.#child.kill('SIGKILL');
  }

  #receive(answer: TokenAnswer): void {
    const pending = this.#pending.get(answer.sequence);
    this.#pending.delete(answer.sequence);
    if ('value' in answer) return pending?.resolve(answer.value);
    const { failure } = answer;
    pending?.reject(errorOf(failure));
    if (endsConnection(failure)) this.end(failure);
    // What is harmless later leaves nothing that could be used now.
    else if (pending?.verb === 'open') this.end({ ...failure, code: 'PROVIDER_UNREACHABLE' });
  }
}

const GONE = 'The process that holds the PKCS#11 token has ended. It is started again by itself.';

/** Libraries of vendors find their own settings in the environment; ours are none of their business. */
function environmentOf(sessions: number): Record<string, string> {
  const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith('MINTMARK_'));
  return { ...(Object.fromEntries(foreign) as Record<string, string>), UV_THREADPOOL_SIZE: String(sessions) };
}

export function errorOf({ code, message }: TokenFailure): SigningProviderError {
  return new SigningProviderError(code === 'SETUP' ? 'PROVIDER_UNREACHABLE' : code, message);
}
