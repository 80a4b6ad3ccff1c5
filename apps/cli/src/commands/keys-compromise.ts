import { setTimeout as sleep } from 'node:timers/promises';
import { compromiseKey, getKeyHoldings, type Compromise, type KeyHoldings } from '@mintmark/admin-client';
import { Option } from 'commander';
import { keyChangeOptions, keyNamed, type KeyChangeOptions } from '../change-keys.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output/exit-codes.ts';
import { ProgressBar } from '../output/progress-bar.ts';
import { UsageError } from '../output/usage-error.ts';
import { defineVerb } from '../verb.ts';
import { formatCompromise, formatStragglers, progressOf, stragglers } from '../views/compromise.ts';

interface Options extends KeyChangeOptions {
  readonly scope: 'key' | 'custody';
  readonly reason: string;
  readonly seal?: true;
  readonly freshKey?: true;
  readonly wait: boolean;
}

/** Milliseconds. */
const LOOK_EVERY = 1_000;

export const verb = defineVerb<Options>({
  describe: (command) =>
    keyChangeOptions(command.argument('<kid>', 'the kid or the beginning of it; after -- if it begins with -'))
      .addOption(
        new Option('--scope <scope>', 'custody: everything under the same key-encryption key or token, in every ring')
          .choices(['key', 'custody'])
          .default('key'),
      )
      .requiredOption('--reason <text>', 'why, for the record')
      .option('--seal', 'if no standby can take over: sign nothing until verifiers know the next key')
      .option('--fresh-key', 'if no standby can take over: sign at once with a key that verifiers do not know')
      .option('--no-wait', 'do not wait until verifiers have the new key set'),
  examples: [
    'mintmark keys compromise 9hkUJ0cXk2 --reason "laptop stolen" --plan',
    'mintmark keys compromise 9hkUJ0cXk2 --reason "laptop stolen" --scope custody --fresh-key --yes',
  ],
  explanation:
    'The key leaves the key set at once and is never trusted again; its tokens are refused. A standby that verifiers hold\n' +
    'takes over in the same step. Without one it is refused, and you choose: --seal or --fresh-key.\n' +
    'Then it waits until the verifiers that report have the new key set, and names those that have not. Exit code 3: not all\n' +
    'have it, it could not be asked, or it is not remembered outside the database.',
  run: async (context, [given = ''], options) => {
    if (options.seal && options.freshKey) throw new UsageError('--seal and --fresh-key exclude each other.');
    const shown = context.showCurl(callOf(given, 'public', options));
    if (shown !== undefined) return shown;
    const { kid, ring } = await keyNamed(context, given);
    const { output } = context;
    const planned = await context.ask(callOf(kid, ring, { ...options, plan: true }), 'Planning');
    if (options.plan) {
      await output.show({ document: planned, text: (style) => formatCompromise(planned, style) });
      return EXIT.ok;
    }
    output.note(formatCompromise(planned, output.noteStyle));
    if (!(await context.confirm(`End all trust in key ${kid}? There is no way back.`, options.yes))) return EXIT.failed;
    const done = await context.ask(callOf(kid, ring, options), 'Compromising');
    return finish(context, done, await spread(context, planned, options.wait));
  },
});

function callOf(kid: string, ring: string, { scope, reason, plan, seal, freshKey }: Omit<Options, 'wait'>) {
  const withoutStandby = seal ? 'seal' : freshKey ? 'fresh-key' : 'refuse';
  return compromiseKey(kid, { ring, scope, reason, withoutStandby, plan });
}

/** Who has the new key sets; `undefined`: nobody was asked, or none could tell. */
interface Spread {
  readonly isAsked: boolean;
  readonly holdings: KeyHoldings | undefined;
}

/** Looks who has the new key sets until all have, or the bound of those that poll has passed. */
async function spread(context: Context, { bounds }: Compromise, wait: boolean): Promise<Spread> {
  if (!wait) return { isAsked: false, holdings: undefined };
  const { output, terminal, interrupt } = context;
  output.note('The key is out of the key set.');
  const bar = new ProgressBar(terminal, bounds.pollingSeconds);
  let holdings: KeyHoldings | undefined;
  for (;;) {
    // Operators' own tokens may have been of the key, or the service is busy with it: what was done stays done.
    const answer = await context.ask(getKeyHoldings(), 'Asking who has it').catch(() => undefined);
    holdings = answer ?? holdings;
    bar.show(holdings ? progressOf(holdings) : NOT_TOLD);
    if ((answer && stragglers(answer) === 0) || bar.isOver || interrupt.aborted) break;
    await sleep(LOOK_EVERY, undefined, { signal: interrupt }).catch(() => undefined);
  }
  bar.end();
  return { isAsked: true, holdings };
}

const NOT_TOLD = { done: 0, of: 0, text: 'It cannot be asked who has it.' };

async function finish(context: Context, done: Compromise, { isAsked, holdings }: Spread): Promise<ExitCode> {
  const warnings = [
    ...(holdings && stragglers(holdings) > 0 ? [`Still without the new key set: ${formatStragglers(holdings)}`] : []),
    ...(isAsked && !holdings ? [UNKNOWN] : []),
    ...(done.witnessed === false ? [UNWITNESSED] : []),
  ];
  await context.output.show({
    document: { ...done, holdings: holdings?.rings ?? null },
    text: () => [...done.rings.map(outcomeIn), ...warnings].join('\n'),
  });
  return warnings.length > 0 ? EXIT.warning : EXIT.ok;
}

const UNKNOWN =
  'It is not known who has the new key set: nobody could be asked. See mintmark keys status, and count with the bounds.';
const UNWITNESSED =
  'It is not remembered outside the database: MINTMARK_WITNESS_FILE could not be written, and a backup from before would bring the ' +
  'key back unnoticed. Mend that (the log says why); the service writes it with its next look at the database.';

function outcomeIn({ ring, epoch, version, compromised }: Compromise['rings'][number]): string {
  if (compromised.length === 0) return `${ring}: nothing was left to do.`;
  const keys = compromised.length === 1 ? 'key is' : 'keys are';
  return `${ring}: ${compromised.length} ${keys} compromised since key set ${epoch}.${version}.`;
}
