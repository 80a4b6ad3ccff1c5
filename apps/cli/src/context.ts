import type { AdminCall, AdminClient } from '@mintmark/admin-client';
import { curlOf, curlsOfApply } from './curl.ts';
import { readLine, readSecretLine } from './input/prompt.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { Output, type Format } from './output/output.ts';
import { withProgress } from './output/progress.ts';
import type { Terminal } from './output/terminal.ts';
import { Interrupted, UsageError } from './output/usage-error.ts';
import { timeScaleOf } from './session/time-scale.ts';
import { CredentialsFile, type Credentials } from './session/credentials-file.ts';

export interface GlobalOptions {
  readonly output: Format;
  readonly asCurl?: true;
}

const MAYBE_DONE = ' What had been sent by then may have been done all the same: look before you repeat it.';

function mayChange({ method, path, body }: AdminCall<unknown>): boolean {
  return method === 'POST' && !path.endsWith('/plan') && body?.['plan'] !== true;
}

/** What a verb is given: where results go, who asks, and the admin API. */
export class Context {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly asCurl: boolean;
  readonly interrupt: AbortSignal;
  readonly credentialsFile: CredentialsFile;

  constructor(terminal: Terminal, options: GlobalOptions, interrupt: AbortSignal) {
    this.terminal = terminal;
    this.output = new Output(terminal, options.output);
    this.asCurl = options.asCurl ?? false;
    this.interrupt = interrupt;
    this.credentialsFile = new CredentialsFile(terminal.env);
  }

  /** @throws UsageError if nobody is logged in */
  credentials(): Credentials {
    return this.credentialsFile.read();
  }

  /** Prints the call as curl if that was asked for. */
  showCurl(call: AdminCall<unknown>): ExitCode | undefined {
    if (!this.asCurl) return undefined;
    this.output.write(curlOf(call, this.credentialsFile.adminAddress()));
    return EXIT.ok;
  }

  /** The same of the two calls that apply a declaration. */
  showCurls(plan: AdminCall<unknown>, apply: AdminCall<unknown>): ExitCode | undefined {
    if (!this.asCurl) return undefined;
    this.output.write(curlsOfApply({ plan, apply }, this.credentialsFile.adminAddress()));
    return EXIT.ok;
  }

  /** Lends the admin client of the logged-in operator. */
  async withAdmin<Result>(use: (send: AdminClient['send']) => Promise<Result>): Promise<Result> {
    const { openAdmin } = await import('./session/open-admin.ts');
    const admin = openAdmin(this.credentials(), timeScaleOf(this.terminal.env));
    try {
      return await use((call, options) =>
        admin.send(call, { signal: this.interrupt, ...options }).catch((error: unknown) => {
          if (this.interrupt.aborted && mayChange(call)) throw new Interrupted(MAYBE_DONE);
          throw error;
        }),
      );
    } finally {
      admin.close();
    }
  }

  /** One call and its answer, with word of progress if it takes long. */
  ask<Answer>(call: AdminCall<Answer>, label: string): Promise<Answer> {
    return this.withAdmin((send) => withProgress(this.terminal, label, () => send(call)));
  }

  /**
   * Whether to go on with what was just shown.
   * @throws UsageError if nobody can be asked and --yes was not given
   */
  async confirm(question: string, yes: boolean | undefined): Promise<boolean> {
    if (yes) return true;
    if (!this.terminal.stdin.isTTY) {
      throw new UsageError(`There is no terminal to ask “${question}” at, so nothing was done. Repeat with --yes.`);
    }
    const answer = await readLine(this.terminal, `${question} [y/N] `, this.interrupt);
    if (this.interrupt.aborted) throw new Interrupted();
    const agreed = /^y(es)?$/i.test(answer.trim());
    if (!agreed) this.output.note('Nothing was changed.');
    return agreed;
  }

  /** A secret typed without echo, or read from a pipe: never from the command line. */
  readSecret(prompt: string): Promise<string> {
    return readSecretLine(this.terminal, prompt, this.interrupt);
  }
}
