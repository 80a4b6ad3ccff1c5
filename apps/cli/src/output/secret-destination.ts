import type { NewSecret } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { PrivateFile } from '../input/private-file.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

interface SecretDestination {
  /** Has the secret made, and puts it where it goes, this once. */
  receive(make: () => Promise<NewSecret>, next?: (file: string) => string): Promise<ExitCode>;
}

/**
 * A new secret goes to the operator's terminal or to a private file: into a pipe or a log it would be a leak.
 * @throws UsageError before anything is made
 */
export function secretDestination(context: Context, to: string | undefined): SecretDestination {
  if (to !== undefined) return { receive: (make, next) => toFile(context, new PrivateFile(to), make, next) };
  if (!context.terminal.stdout.isTTY) {
    throw new UsageError(
      'The secret would go into a pipe or a file that others may read. Name a file for it: --to <file>',
    );
  }
  return { receive: async (make, next) => toTerminal(context, await make(), next) };
}

async function toFile(
  context: Context,
  file: PrivateFile,
  make: () => Promise<NewSecret>,
  next: ((file: string) => string) | undefined,
): Promise<ExitCode> {
  const made = await make().catch((error: unknown) => {
    file.discard();
    throw error;
  });
  try {
    file.write(`${made.secret ?? ''}\n`);
  } catch (error) {
    file.discard();
    throw lost(made, file.path, error);
  }
  await context.output.show({
    document: { ...made, secret: undefined, writtenTo: file.path },
    text: () => `Secret ${made.secretId} of ${made.clientId} is in ${file.path}, which only you can read.`,
  });
  if (next) context.output.note(next(file.path));
  return EXIT.ok;
}

/** It cannot be shown instead: standard output may be a log. */
function lost({ secretId, clientId }: NewSecret, path: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  return new Error(
    `Secret ${secretId} of ${clientId} was made and counts, but ${path} could not be written (${code}): the secret is lost. Mend that, then make another.`,
    { cause: error },
  );
}

async function toTerminal(
  context: Context,
  made: NewSecret,
  next: ((file: string) => string) | undefined,
): Promise<ExitCode> {
  await context.output.show({
    document: made,
    text: (style) => `${style.faint(`Secret ${made.secretId} of ${made.clientId}, shown this once:`)}\n${made.secret}`,
  });
  if (next) context.output.note(next('<file>'));
  return EXIT.ok;
}
