import { getEpochStatus, openEpoch, sendOverSocket, type EpochStatus } from '@mintmark/admin-client';
import { curlOverSocket } from '../curl.ts';
import { hostSocket } from '../host-path.ts';
import { EXIT } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { UsageError } from '../output/usage-error.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly newEpoch?: true;
  readonly dataDir?: string;
  readonly plan?: true;
  readonly yes?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--new-epoch', 'accept the database as it is: its key sets begin a new epoch')
      .option('--data-dir <directory>', "the token service's (default: $MINTMARK_DATA_DIR, or else ./.mintmark)")
      .option('--plan', 'show how the database compares with its witness, and change nothing')
      .option('-y, --yes', 'do not ask'),
  examples: ['mintmark keyset unseal --new-epoch --plan', 'mintmark keyset unseal --new-epoch'],
  explanation:
    'A database that is older than the witness beside it was restored from a backup, and nothing is signed. This makes it\n' +
    'the one that counts. What was changed since the backup is lost; keys that were compromised since are compromised again.',
  run: async (context, _, { newEpoch, dataDir, plan, yes }) => {
    if (!newEpoch) throw new UsageError('Say what it takes: mintmark keyset unseal --new-epoch');
    const { output } = context;
    const path = hostSocket(context, dataDir);
    if (context.asCurl) {
      output.write(curlOverSocket(plan ? getEpochStatus() : openEpoch(), path));
      return EXIT.ok;
    }
    const before = await sendOverSocket(getEpochStatus(), { path });
    if (plan) {
      await output.show({ document: before, text: (style) => formatStatus(before, style) });
      return EXIT.ok;
    }
    output.note(formatStatus(before, output.noteStyle));
    const question = 'Go on with this database? What was changed after it is lost.';
    if (before.sealed !== null && !(await context.confirm(question, yes))) return EXIT.failed;
    const after = await sendOverSocket(openEpoch(), { path });
    const epochs = after.keySets.map(({ issuer, epoch, version }) => `${issuer}: key set ${epoch}.${version}`);
    const text = () => [after.sealed ?? 'Unsealed.', ...epochs].map(printable).join('\n');
    await output.show({ document: after, text });
    return after.sealed === null ? EXIT.ok : EXIT.failed;
  },
});

/** What is accepted with it, beside what is lost. */
const THEN =
  'The keys that signed in this database then sign again at once, whether verifiers hold them or not: those of Mintmark fetch the\n' +
  'key set when they meet one, others refuse its tokens until they do. What was revoked since is accepted again until it expires.';

function formatStatus({ sealed, keySets, registry, revocations }: EpochStatus, style: Style): string {
  const columns = ['what', 'in the database', 'seen before', 'compromised since'];
  const rows = [
    ...keySets.map(({ issuer, epoch, version, witnessed, risen }) => [
      ...[issuer, `${epoch}.${version}`, witnessed ? `${witnessed.epoch}.${witnessed.version}` : '–'],
      risen.map((kid) => kid.slice(0, 12)).join(' ') || '–',
    ]),
    ['registry', String(registry.version), String(registry.witnessed), '–'],
    ['revocations', ...[revocations, revocations.witnessed].map(({ epoch, sequence }) => `${epoch}.${sequence}`), '–'],
  ];
  const table = formatTable({ columns, rows, empty: '' }, style);
  return sealed === null ? `Nothing is sealed.\n${table}` : [printable(sealed), table, THEN].join('\n');
}
