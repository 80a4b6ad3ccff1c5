// Opens a database when told to, in a process of its own, from what is built. Arguments: its URL, the password file.
import type { openDatabase } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';

const [url = '', passwordFile] = process.argv.slice(2);
const { openDatabase: open } = (await compiled('adapters/sql/open-database.js')) as {
  openDatabase: typeof openDatabase;
};
const { systemClock: clock } = (await compiled('adapters/system/system-clock.js')) as {
  systemClock: typeof systemClock;
};

process.once('message', () => {
  open({ url, passwordFile, clock })
    .then((database) => database.close())
    .then(
      () => process.send?.('opened'),
      (error: unknown) => process.send?.(String(error)),
    )
    .finally(() => process.disconnect());
});
process.send?.('ready');

function compiled(path: string): Promise<unknown> {
  return import(new URL(`../../apps/token-service/dist/${path}`, import.meta.url).href);
}
