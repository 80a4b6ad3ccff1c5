import { Command, Option, type OutputConfiguration } from 'commander';
import { CATALOGUE, GROUPS, mayMean, type Entry } from './catalogue.ts';
import type { Context, GlobalOptions } from './context.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { FORMATS } from './output/output.ts';
import { UsageError } from './output/usage-error.ts';
import type { Verb } from './verb.ts';
import { ownVersion } from './version.ts';

interface Wiring {
  /** The command line without node and script. */
  readonly args: readonly string[];
  readonly output: OutputConfiguration;
  readonly contextOf: (options: GlobalOptions) => Context;
}

/** The commands of one command line: all are listed, those it may mean are loaded. */
export async function buildProgram(wiring: Wiring): Promise<{ program: Command; exitCode: () => ExitCode }> {
  let exitCode: ExitCode = EXIT.ok;
  const program = rootCommand(wiring.output);
  const groups = new Map<string, Command>();
  for (const entry of CATALOGUE) {
    const command = commandOf(program, groups, entry);
    if (!mayMean(entry, wiring.args)) continue;
    const { verb } = await entry.load();
    complete(command, verb);
    command.action(async () => {
      const context = wiring.contextOf(program.opts<GlobalOptions>());
      if (context.asCurl && verb.withoutCurl !== undefined) throw nothingToShow(entry, verb.withoutCurl);
      exitCode = await verb.run(context, command.args, command.opts<never>());
    });
  }
  return { program, exitCode: () => exitCode };
}

function nothingToShow({ path }: Entry, reason: string): UsageError {
  return new UsageError(`mintmark ${path.join(' ')} does not take --as-curl, because ${reason}. Nothing was done.`);
}

function rootCommand(output: OutputConfiguration): Command {
  return new Command('mintmark')
    .description('Operate Mintmark: clients, policies, signing keys and the audit trail.')
    .addOption(new Option('-o, --output <format>', 'form of the result').choices(FORMATS).default('table'))
    .option('--as-curl', 'print the call as a curl command, with the token left out, instead of making it')
    .version(ownVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput(output)
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Exit codes: 0 ok, 1 failed, 2 usage, 3 warning, 4 denied, 5 unreachable.
Each command explains itself: mintmark <command> --help

Example:
  $ mintmark plan -f mintmark.yaml
`,
    );
}

function commandOf(program: Command, groups: Map<string, Command>, { path, summary }: Entry): Command {
  const [first, second] = path;
  if (second === undefined) return program.command(first).description(summary);
  const group =
    groups.get(first) ??
    program
      .command(first)
      .description(GROUPS[first] ?? '')
      .helpCommand(false);
  groups.set(first, group);
  return group.command(second).description(summary);
}

function complete(command: Command, { describe, examples, explanation }: Verb): void {
  describe?.(command);
  command.allowExcessArguments(false);
  const lines = examples.map((example) => `  $ ${example}`).join('\n');
  command.addHelpText(
    'after',
    `${explanation ? `\n${explanation}\n` : ''}\nExample${examples.length > 1 ? 's' : ''}:\n${lines}\n`,
  );
}
