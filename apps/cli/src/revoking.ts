import { revoke, type Revocation } from '@mintmark/admin-client';
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { instant } from './output/instants.ts';
import { printable } from './output/printable.ts';
import { UNTIL_DEAD } from './views/bounds.ts';

export interface RevokeOptions {
  readonly plan?: true;
  readonly yes?: true;
  readonly reason?: string;
}

interface Asked {
  readonly action?: 'admit';
  readonly kind: 'token' | 'client';
  readonly id: string;
  readonly question: string;
}

export function revokeOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for the audit trail')
    .option('--plan', 'show until when and how soon, and change nothing')
    .option('-y, --yes', 'do not ask');
}

/** Plans, asks, does. */
export async function revoking(
  context: Context,
  { question, ...request }: Asked,
  { plan, yes, reason }: RevokeOptions,
): Promise<ExitCode> {
  const shown = context.showCurl(revoke({ ...request, reason, plan }));
  if (shown !== undefined) return shown;
  const { output } = context;
  const planned = await context.ask(revoke({ ...request, reason, plan: true }), 'Planning');
  if (plan) {
    await output.show({ document: planned, text: () => describe(planned) });
    return EXIT.ok;
  }
  output.note(describe(planned));
  if (!(await context.confirm(question, yes))) return EXIT.failed;
  const done = await context.ask(revoke({ ...request, reason }), 'Revoking');
  await output.show({ document: done, text: () => describe(done) });
  return EXIT.ok;
}

function describe(revocation: Revocation): string {
  const { planned, until, bounds } = revocation;
  if (until === null) return 'Nothing to do: verifiers refuse nothing of it.';
  const { watchingSeconds, pollingSeconds, behindCutOffReplicaSeconds } = bounds;
  return [
    `${planned ? 'Verifiers would refuse' : 'Verifiers refuse'} ${whatOf(revocation)} until ${instant(until)}:`,
    `  within ${seconds(watchingSeconds)} where they watch, ${seconds(pollingSeconds)} where they poll,`,
    `  ${seconds(behindCutOffReplicaSeconds)} behind a replica that is cut off from the database, if a load balancer passes it by once /readyz says so.`,
    `One that reaches no other replica goes on ${UNTIL_DEAD}.`,
  ].join('\n');
}

function whatOf({ kind, id, issuedBefore }: Revocation): string {
  const name = `${kind} ${printable(id)}`;
  if (kind === 'token') return name;
  return issuedBefore ? `tokens of ${name} issued before ${instant(issuedBefore)}` : `every token of ${name}`;
}

/** Short where durations are divided. */
function seconds(value: number): string {
  return `${Number(value.toPrecision(3))} s`;
}
