import { diagnose } from '../doctor/diagnose.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import { EXIT, type ExitCode } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import type { Style } from '../output/style.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<{ readonly management: string }>({
  describe: (command) => command.option('--management <url>', 'the management listener', 'http://127.0.0.1:4002'),
  examples: ['mintmark doctor', 'mintmark doctor -o json | jq \'.checks[] | select(.outcome != "ok")\''],
  explanation: 'Exit code 0: all well; 3: with warnings; 1: something is wrong. Each finding says how to mend it.',
  withoutCurl: 'it looks in ten places',
  run: async (context, _, { management }) => {
    const checks = await withProgress(context.terminal, 'Looking', () => diagnose(context, management));
    await context.output.show({ document: { checks }, text: (style) => formatDiagnosis(checks, style) });
    return exitCodeOf(checks);
  },
});

function formatDiagnosis(checks: readonly Diagnosis[], style: Style): string {
  const marks = { ok: style.good('✓'), warning: style.warning('!'), failed: style.bad('✗'), skipped: style.faint('–') };
  const widest = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, outcome, detail, fix }) => [
      `${marks[outcome]} ${name.padEnd(widest)}  ${printable(detail)}`,
      ...(fix ? [`  ${' '.repeat(widest)}  fix: ${printable(fix)}`] : []),
    ])
    .join('\n');
}

function exitCodeOf(checks: readonly Diagnosis[]): ExitCode {
  if (checks.some(({ outcome }) => outcome === 'failed')) return EXIT.failed;
  return checks.some(({ outcome }) => outcome === 'warning') ? EXIT.warning : EXIT.ok;
}
