import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AuditVerification } from '../../../apps/token-service/src/core/ports/audit-trail.ts';

interface Answer {
  readonly found?: AuditVerification;
  readonly error?: string;
}

/** Has one file after the other verified by the product, in a process of its own. */
export class VerifyingProcess {
  readonly #child: ChildProcess;
  readonly #file: string;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.#file = file;
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
  }

  /** @param file written anew for each verification */
  static async start(databaseFile: string, file: string, preloads: readonly URL[]): Promise<VerifyingProcess> {
    const imports = preloads.flatMap(({ href }) => ['--import', href]);
    const child = fork(fileURLToPath(new URL('verify-host.ts', import.meta.url)), [databaseFile, file], {
      execArgv: ['--disable-warning=ExperimentalWarning', ...imports],
    });
    const started = new VerifyingProcess(child, file);
    await started.#answer();
    return started;
  }

  async verify(bytes: Buffer): Promise<AuditVerification> {
    writeFileSync(this.#file, bytes);
    const answer = this.#answer();
    this.#child.send('verify');
    const { found, error } = await answer;
    if (!found) throw new Error(`verification failed: ${error}`);
    return found;
  }

  stop(): void {
    this.#child.disconnect();
  }

  async #answer(): Promise<Answer> {
    const over = new AbortController();
    const gone = once(this.#child, 'exit', { signal: over.signal }).then(() => {
      throw new Error('the verifying process ended');
    });
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message', { signal: over.signal }), gone])) as [Answer];
      return answer;
    } finally {
      gone.catch(() => undefined);
      over.abort();
    }
  }
}
