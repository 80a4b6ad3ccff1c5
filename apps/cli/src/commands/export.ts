import { writeFileSync } from 'node:fs';
import { exportRegistry } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { UsageError } from '../output/usage-error.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<{ readonly to?: string }>({
  describe: (command) => command.option('--to <file>', 'write to this new file instead of standard output'),
  examples: ['mintmark export --to mintmark.yaml', 'mintmark export -o json'],
  explanation: 'There are no secrets in it: they cannot be had back from the registry.',
  run: async (context, _, { to }) => {
    const shown = context.showCurl(exportRegistry());
    if (shown !== undefined) return shown;
    const yaml = await context.ask(exportRegistry(), 'Exporting');
    const text =
      context.output.format === 'json' ? `${jsonOf((await import('yaml')).parse(yaml))}\n` : `${yaml.trimEnd()}\n`;
    if (to === undefined) context.output.write(text.trimEnd());
    else writeNew(to, text);
    return EXIT.ok;
  },
});

/** A declaration may hold none of these as they are, and JSON leaves them so. */
function jsonOf(declaration: unknown): string {
  return JSON.stringify(declaration, undefined, 2).replace(/[\u007f\ufeff]/g, (character) =>
    character === '\u007f' ? '\\u007f' : '\\ufeff',
  );
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST' ? `${path} is there already, and is not overwritten.` : `${path} cannot be written (${code}).`,
    );
  }
}
