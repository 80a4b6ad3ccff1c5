import { changeKek, sendOverSocket, type KekStep } from '@mintmark/admin-client';
import type { Context } from './context.ts';
import { curlOverSocket } from './curl.ts';
import { hostSocket } from './host-path.ts';
import { EXIT, type ExitCode } from './output/exit-codes.ts';
import { printable } from './output/printable.ts';
import { Interrupted } from './output/usage-error.ts';
import { defineVerb, type Verb } from './verb.ts';

type Action = Parameters<typeof changeKek>[0];

interface Change {
  readonly action: Action;
  readonly kekId: string;
  readonly path: string;
}

interface Changed {
  readonly changed: number;
  readonly keys: number;
  readonly failed: KekStep['failed'];
}

/** A verb that goes over every stored key, some at a time; stopped anywhere, it is run again and goes on. */
export function kekVerb(action: Action, explanation: string, done: (changed: Changed, kekId: string) => string): Verb {
  return defineVerb<{ readonly dataDir?: string }>({
    describe: (command) =>
      command
        .argument('<kek-id>', 'as mintmark kek status has it')
        .option('--data-dir <directory>', "the token service's (default: $MINTMARK_DATA_DIR, or else ./.mintmark)"),
    examples: [`mintmark kek ${action} 3q2-7wABAgMEBQYH`],
    explanation: `${explanation}\nIt goes key by key; stopped anywhere, run it again.`,
    run: async (context, [kekId = ''], { dataDir }) => {
      const path = hostSocket(context, dataDir);
      if (context.asCurl) {
        context.output.write(curlOverSocket(changeKek(action, { kekId }), path));
        return EXIT.ok;
      }
      const outcome = await changeAll(context, { action, kekId, path });
      await context.output.show({
        document: { action, kekId, ...outcome },
        text: () => textOf(outcome, done(outcome, kekId)),
      });
      return exitCodeOf(outcome);
    },
  });
}

async function changeAll(context: Context, { action, kekId, path }: Change): Promise<Changed> {
  const failed: KekStep['failed'][number][] = [];
  let [changed, after]: [number, string | null] = [0, null];
  for (;;) {
    if (context.interrupt.aborted) throw new Interrupted();
    const step: KekStep = await sendOverSocket(changeKek(action, { kekId, after }), { path });
    changed += step.changed;
    failed.push(...step.failed);
    after = step.next;
    if (after === null) return { changed, keys: step.keys, failed };
    context.output.note(`${step.looked} of ${step.keys} keys`);
  }
}

function textOf({ failed }: Changed, summary: string): string {
  return [summary, ...failed.map(({ key, reason }) => printable(`Left as it was: ${key}. ${reason}`))].join('\n');
}

function exitCodeOf({ failed }: Changed): ExitCode {
  return failed.length === 0 ? EXIT.ok : EXIT.failed;
}
