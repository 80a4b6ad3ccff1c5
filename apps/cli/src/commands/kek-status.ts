import { getKekStatus, sendOverSocket } from '@mintmark/admin-client';
import { curlOverSocket } from '../curl.ts';
import { hostSocket } from '../host-path.ts';
import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<{ readonly dataDir?: string }>({
  describe: (command) =>
    command.option('--data-dir <directory>', "the token service's (default: $MINTMARK_DATA_DIR, or else ./.mintmark)"),
  examples: ['mintmark kek status'],
  explanation:
    'A stored key opens with any one of the key-encryption keys that wrap it. One with sole wraps must not be lost: some\nkeys open with nothing else.',
  run: async (context, _, { dataDir }) => {
    const path = hostSocket(context, dataDir);
    if (context.asCurl) {
      context.output.write(curlOverSocket(getKekStatus(), path));
      return EXIT.ok;
    }
    const status = await sendOverSocket(getKekStatus(), { path });
    const rows = status.keks.map(({ id, file, primary, wraps, soleWraps }) => [
      ...[id, primary ? 'primary' : file === null ? 'not at hand' : 'also'],
      ...[`${wraps} of ${status.keys}`, String(soleWraps), file ?? '–'],
    ]);
    await context.output.show({
      document: status,
      text: { columns: ['id', 'role', 'wraps', 'sole wraps', 'file'], rows },
    });
    return EXIT.ok;
  },
});
