import type { Migration } from '../migrator.ts';

/** Who wrote a record of a change. A program that does not know it writes records that nothing proves. */
export const keyEventSeal: Migration = {
  name: '0010-key-event-seal',
  needs: 7,
  statements: ({ types: { text } }) => [`alter table key_event add column mac ${text}`],
};
