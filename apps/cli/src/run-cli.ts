import { CommanderError } from 'commander';
import { Context, type GlobalOptions } from './context.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { documentOf, failureOf, formatFailure } from './output/failure.ts';
import { styleFor } from './output/style.ts';
import type { Terminal } from './output/terminal.ts';
import { Interrupted } from './output/usage-error.ts';
import { buildProgram } from './program.ts';

/**
 * One run of the CLI.
 * @param args the command line without node and script
 * @param interrupt aborted by Ctrl-C
 * @returns the exit code; never throws
 */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<ExitCode> {
  const output = {
    writeOut: (text: string) => terminal.stdout.write(text),
    writeErr: (text: string) => terminal.stderr.write(text),
    getOutHelpWidth: () => terminal.stdout.columns ?? 100,
    getErrHelpWidth: () => terminal.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
  const contextOf = (options: GlobalOptions) => new Context(terminal, options, interrupt);
  try {
    const { program, exitCode } = await buildProgram({ args, output, contextOf });
    await program.parseAsync(args, { from: 'user' });
    return exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return endOfParsing(error, terminal);
    return report(interrupt.aborted && !(error instanceof Interrupted) ? new Interrupted() : error, args, terminal);
  }
}

/** Commander has said what was wrong; this adds where to read on. */
function endOfParsing({ code }: CommanderError, terminal: Terminal): ExitCode {
  if (code === 'commander.helpDisplayed' || code === 'commander.version') return EXIT.ok;
  if (code !== 'commander.help') terminal.stderr.write('See --help for what is allowed, with an example.\n');
  return EXIT.usage;
}

function report(error: unknown, args: readonly string[], terminal: Terminal): ExitCode {
  const failure = failureOf(error);
  const text = wantsDocument(args)
    ? JSON.stringify(documentOf(failure))
    : formatFailure(failure, styleFor(terminal.stderr, terminal.env));
  terminal.stderr.write(`${text}\n`);
  return failure.exitCode;
}

/** Asked of the words themselves: a command line that could not be parsed has no options yet. */
function wantsDocument(args: readonly string[]): boolean {
  return /(^|\s)(-o|--output)[= ]?(json|yaml)(\s|$)/.test(args.join(' '));
}
