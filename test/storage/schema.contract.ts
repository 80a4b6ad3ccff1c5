import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { NewStorage, TestStorage } from './test-storage.ts';

const KEY = { issuer: 'https://tokens.internal', algorithm: 'ES256', created_at: 0 } as const;

/** What a database refuses, whatever a program does wrong. */
export function describeSchema(name: string, newStorage: NewStorage): void {
  describe(`the schema in ${name}`, () => {
    let storage: TestStorage;
    let db: Database['db'];
    beforeEach(async () => {
      storage = await newStorage();
      ({ db } = await storage.connect());
      await db.insertInto('keyset').values({ issuer: KEY.issuer, epoch: 1, version: 0, digest: '' }).execute();
    });
    afterEach(() => storage.close());

    it.each(['generating', 'published', 'active'])(
      'holds one %s key for an algorithm, whoever writes',
      async (state) => {
        const made = (id: string) => ({ kid: id, public_jwk: '{}', handle: id, activated_at: 1, verify_until: 2 });
        const row = (id: string) => ({ ...KEY, id, state, ...made(id) });
        await db.insertInto('signing_key').values(row('a')).execute();
        await expect(db.insertInto('signing_key').values(row('b')).execute()).rejects.toThrow(/unique/i);
        await db
          .insertInto('signing_key')
          .values({ ...row('c'), algorithm: 'EdDSA' })
          .execute();
      },
    );

    it('holds one event for a version', async () => {
      const about = { transition: 'publish', actor: 'x', changes: '[]', digest: '' };
      const event = { issuer: KEY.issuer, epoch: 1, version: 1, at: 0, ...about };
      await db.insertInto('key_event').values(event).execute();
      await expect(db.insertInto('key_event').values(event).execute()).rejects.toThrow(/unique/i);
    });
  });
}
