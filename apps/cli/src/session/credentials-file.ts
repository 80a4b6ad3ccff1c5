import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { writePrivately } from '../input/private-file.ts';
import type { Terminal } from '../output/terminal.ts';
import { UsageError } from '../output/usage-error.ts';

/** Who operates, and where. */
export interface Credentials {
  readonly issuer: string;
  /** Address of the admin listener. */
  readonly admin: string;
  readonly clientId: string;
  readonly secret: string;
}

export const DEFAULT_ADMIN_ADDRESS = 'http://127.0.0.1:4003';
export const DEFAULT_ISSUER = 'http://127.0.0.1:4000';

const GROUP_OR_OTHERS = 0o077;

/** What `login` stores, readable by its owner alone. */
export class CredentialsFile {
  readonly path: string;

  constructor(env: Terminal['env']) {
    this.path = join(
      env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'),
      'mintmark',
      'credentials.json',
    );
  }

  /** @throws UsageError if there are none, or others can read them */
  read(): Credentials {
    const content = this.#readPrivately();
    const { issuer, admin, client_id: clientId, secret } = content;
    if (![issuer, admin, clientId, secret].every((value) => typeof value === 'string' && value !== '')) {
      throw new UsageError(`${this.path} holds no credentials. Run: mintmark login`);
    }
    return { issuer, admin, clientId, secret } as Credentials;
  }

  /** Replaced whole, never half-written. */
  write({ issuer, admin, clientId, secret }: Credentials): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${randomBytes(8).toString('hex')}`;
    writePrivately(draft, `${JSON.stringify({ issuer, admin, client_id: clientId, secret }, undefined, 2)}\n`);
    renameSync(draft, this.path);
  }

  /** @returns false if there were none */
  remove(): boolean {
    try {
      rmSync(this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Where the admin API is; the default where nobody is logged in. */
  adminAddress(): string {
    return this.#ifThere()?.admin ?? DEFAULT_ADMIN_ADDRESS;
  }

  /** The issuer of the tokens; the default where nobody is logged in. */
  issuer(): string {
    return this.#ifThere()?.issuer ?? DEFAULT_ISSUER;
  }

  #ifThere(): Credentials | undefined {
    try {
      return this.read();
    } catch {
      return undefined;
    }
  }

  #readPrivately(): Record<string, unknown> {
    const descriptor = this.#open();
    try {
      // Asked of the open file, not of its name: what is checked is what is read.
      const { mode } = fstatSync(descriptor);
      if (mode & GROUP_OR_OTHERS) {
        const octal = (mode & 0o777).toString(8).padStart(4, '0');
        throw new UsageError(
          `${this.path} can be read by others (mode ${octal}, must be 0600). Run: chmod 600 ${this.path} and, if others had access, rotate the operator's secret.`,
        );
      }
      return { ...(JSON.parse(readFileSync(descriptor, 'utf8')) as object | null) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UsageError(`${this.path} is damaged. Run: mintmark login`);
    } finally {
      closeSync(descriptor);
    }
  }

  #open(): number {
    try {
      return openSync(this.path, 'r');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new UsageError('Nobody is logged in. Run: mintmark login');
      throw new UsageError(`${this.path} cannot be read (${code}). Run: mintmark login`);
    }
  }
}
