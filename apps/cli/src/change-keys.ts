import { changeKey, getKeyStatus, type AdminCall, type KeyView, type Rotation } from '@mintmark/admin-client';
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { UsageError } from './output/usage-error.ts';
import { formatRotation } from './views/rotation.ts';

export interface KeyChangeOptions {
  readonly plan?: true;
  readonly yes?: true;
}

interface KeyChange {
  readonly call: (plan: boolean) => AdminCall<Rotation>;
  readonly question: string;
  readonly done: (rotation: Rotation) => string;
}

export function keyChangeOptions(command: Command): Command {
  return command
    .option('--plan', 'show the dated timeline, and change nothing; exit code 3: it would be refused now')
    .option('-y, --yes', 'do not ask');
}

export interface RingOptions {
  readonly ring: string;
  readonly algorithm: string;
}

/** For verbs that are about whichever key of a ring it is. */
export function ringOptions(command: Command, whichAlgorithm: string): Command {
  return command
    .option(
      '--ring <ring>',
      'public: for service tokens; admin: for operator tokens; revocations: for what is revoked',
      'public',
    )
    .option('--algorithm <name>', whichAlgorithm, 'ES256');
}

/** Plans, asks, does. */
export async function changeKeys(
  context: Context,
  { call, question, done }: KeyChange,
  { plan, yes }: KeyChangeOptions,
): Promise<ExitCode> {
  const { output } = context;
  const planned = await context.ask(call(true), 'Planning');
  if (plan) {
    await output.show({ document: planned, text: (style) => formatRotation(planned, style) });
    return planned.refusal ? EXIT.warning : EXIT.ok;
  }
  output.note(formatRotation(planned, output.noteStyle));
  if (!(await context.confirm(question, yes))) return EXIT.failed;
  const rotation = await context.ask(call(false), 'Changing keys');
  await output.show({ document: rotation, text: () => done(rotation) });
  return EXIT.ok;
}

/** One verb on one key, named by the beginning of its kid. */
export async function changeOneKey(
  context: Context,
  { verb, given, ...texts }: Omit<KeyChange, 'call'> & { verb: Parameters<typeof changeKey>[1]; given: string },
  options: KeyChangeOptions,
): Promise<ExitCode> {
  const shown = context.showCurl(changeKey(given, verb, { plan: options.plan }));
  if (shown !== undefined) return shown;
  const { kid, ring } = await keyNamed(context, given);
  return changeKeys(context, { ...texts, call: (plan) => changeKey(kid, verb, { ring, plan }) }, options);
}

/** A thumbprint. The service knows of more keys than it shows, and says why one of them cannot be used. */
const WHOLE_KID = /^[\w-]{43}$/;

/** @throws UsageError if no key begins like that, or more than one does */
export async function keyNamed(context: Context, given: string): Promise<{ kid: string; ring: string }> {
  const { rings } = await context.ask(getKeyStatus(), 'Reading keys');
  const found = rings.flatMap(({ ring, keys }) => keys.filter(isNamed(given)).map(({ kid }) => ({ kid, ring })));
  const [key, another] = found;
  if (!key && WHOLE_KID.test(given)) return { kid: given, ring: 'public' };
  if (!key) throw new UsageError(`No key begins with ${given}. See: mintmark keys status`);
  if (another) throw new UsageError(`${found.length} keys begin with ${given}. Give more of the kid.`);
  return key;
}

function isNamed(given: string) {
  return (key: KeyView): key is KeyView & { kid: string } => key.kid?.startsWith(given) ?? false;
}
