import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../apps/cli/src/run-cli.ts';
import { CredentialsFile } from '../../../apps/cli/src/session/credentials-file.ts';
import { testTerminal } from '../../../apps/cli/test/test-terminal.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly tty?: boolean;
  readonly interrupt?: AbortSignal;
}

/** Somebody with a home directory who types commands. */
export interface Operator {
  readonly home: string;
  readonly credentials: CredentialsFile;
  /** @param line a command line without `mintmark`; a `~` stands for the home directory */
  run(line: string, options?: RunOptions): Promise<Ran>;
  logIn(origin: string): void;
  leave(): void;
}

export function newOperator(env: Record<string, string> = {}): Operator {
  const home = mkdtempSync(join(tmpdir(), 'mintmark-operator-'));
  const environment = { ...env, XDG_CONFIG_HOME: join(home, 'config') };
  const credentials = new CredentialsFile(environment);
  return {
    home,
    credentials,
    run: async (line, { interrupt, ...options } = {}) => {
      const args = line.split(' ').map((word) => word.replace(/^~/, home));
      const terminal = testTerminal({ ...options, env: environment });
      const exitCode = await runCli(args, terminal, interrupt);
      return { exitCode, out: terminal.out(), err: terminal.err() };
    },
    logIn: (origin) =>
      credentials.write({ issuer: origin, admin: origin, clientId: 'operator', secret: 'operator-secret' }),
    leave: () => rmSync(home, { recursive: true, force: true }),
  };
}
