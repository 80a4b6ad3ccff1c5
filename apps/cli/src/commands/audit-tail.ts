import { setTimeout as sleep } from 'node:timers/promises';
import { tailAudit, type AuditLine } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { wholeNumber } from '../input/duration.ts';
import { EXIT } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { defineVerb } from '../verb.ts';
import { whatOf, whoOf } from '../views/audit-line.ts';

interface Options {
  readonly lines: number;
  readonly after?: number;
  readonly event?: string;
  readonly follow?: true;
}

/** How often the end of the trail is asked for, in milliseconds. */
const EVERY = 1_000;

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('-n, --lines <count>', 'at most so many', wholeNumber(1, 1000), 20)
      .option('--after <seq>', 'only lines behind this number, the oldest first', wholeNumber(0))
      .option('--event <name>', 'only these, out of a thousand lines, such as operator.action')
      .option('--follow', 'go on with new lines until Ctrl-C; with -o json one line each'),
  examples: ['mintmark audit tail -n 50', 'mintmark audit tail --follow -o json'],
  run: async (context, _, { lines, after, event: only, follow }) => {
    const call = tailAudit({ after, limit: only === undefined ? lines : 1000 });
    const shown = context.showCurl(call);
    if (shown !== undefined) return shown;
    const { events: all, lastSeq } = await context.ask(call, 'Reading the audit trail');
    const wanted = (event: AuditLine) => only === undefined || event.event === only;
    const found = all.filter(wanted);
    const events = after === undefined ? found.slice(-lines) : found.slice(0, lines);
    if (follow) {
      for (const event of events) context.output.write(inOneLine(context, event));
      return followFrom(context, (events.at(-1) ?? all.at(-1))?.seq ?? after ?? lastSeq, wanted);
    }
    await context.output.show({
      document: { events, lastSeq },
      verbatim: ['events'],
      text: {
        columns: ['seq', 'time', 'event', 'who', 'what'],
        rows: events.map((event) => [String(event.seq), event.time, event.event, whoOf(event), whatOf(event)]),
        empty: 'No lines.',
      },
    });
    return EXIT.ok;
  },
});

async function followFrom(
  context: Context,
  start: number,
  wanted: (event: AuditLine) => boolean,
): Promise<typeof EXIT.ok> {
  const { interrupt } = context;
  await context.withAdmin(async (send) => {
    for (
      let seq = start;
      !interrupt.aborted;
      await sleep(EVERY, undefined, { signal: interrupt }).catch(() => undefined)
    ) {
      const { events } = await send(tailAudit({ after: seq, limit: 1000 })).catch(whenInterrupted(interrupt));
      for (const event of events.filter(wanted)) context.output.write(inOneLine(context, event));
      seq = events.at(-1)?.seq ?? seq;
    }
  });
  return EXIT.ok;
}

function whenInterrupted(interrupt: AbortSignal) {
  return (error: unknown): { events: AuditLine[] } => {
    if (interrupt.aborted) return { events: [] };
    throw error;
  };
}

function inOneLine({ output }: Context, event: AuditLine): string {
  if (output.format !== 'table') return JSON.stringify(event);
  return [event.seq, event.time, event.event, whoOf(event), whatOf(event)]
    .map((each) => printable(String(each)))
    .join('  ');
}
