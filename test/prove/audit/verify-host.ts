// The product's own verification in a process of its own: the use case, the reader of the file, the anchors in the database.
// Arguments: the database, the file. Each message is answered with what was found in the file.
import type { SqlAuditAnchors } from '../../../apps/token-service/src/adapters/sql/audit-anchors.ts';
import type { AuditReader } from '../../../apps/token-service/src/adapters/audit/audit-reader.ts';
import type { systemClock } from '../../../apps/token-service/src/adapters/system/system-clock.ts';
import type { openDatabase } from '../../../apps/token-service/src/adapters/sql/open-database.ts';
import type { VerifyAudit } from '../../../apps/token-service/src/core/audit/verify-audit.ts';

interface Parts {
  readonly AuditReader: typeof AuditReader;
  readonly SqlAuditAnchors: typeof SqlAuditAnchors;
  readonly VerifyAudit: typeof VerifyAudit;
  readonly openDatabase: typeof openDatabase;
  readonly systemClock: typeof systemClock;
}

const { AuditReader: Reader } = await compiled('adapters/audit/audit-reader.js');
const { SqlAuditAnchors: Anchors } = await compiled('adapters/sql/audit-anchors.js');
const { openDatabase: open } = await compiled('adapters/sql/open-database.js');
const { systemClock: clock } = await compiled('adapters/system/system-clock.js');
const { VerifyAudit: Verify } = await compiled('core/audit/verify-audit.js');

const [databaseFile = '', auditFile = ''] = process.argv.slice(2);
const database = await open({ url: `sqlite:${databaseFile}`, clock });
const verify = new Verify({
  trail: new Reader(auditFile, () => 0),
  anchors: new Anchors(database, ''),
  anchorAudit: { execute: async () => undefined }, // nothing is being written, so there is nothing new to anchor
});
process.on('message', () => {
  verify.execute().then(
    (found) => process.send?.({ found }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ found: undefined });

function compiled(path: string): Promise<Parts> {
  return import(new URL(`../../../apps/token-service/dist/${path}`, import.meta.url).href) as Promise<Parts>;
}
