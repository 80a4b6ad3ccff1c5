import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../adapters/sql/registry-repository.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import { NO_CHANGES, type Change } from '../model/registry-changes.ts';
import type { ClientFacts } from '../model/client.ts';
import { MakeSecret } from '../registry/make-secret.ts';
import { RefreshRegistry } from '../registry/refresh-registry.ts';
import { Registry } from '../registry/registry-snapshot.ts';
import { formatSecret, isSecretFormat } from '../registry/secret-format.ts';
import { HostSecret } from './host-secret.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const DAY = 86_400_000;

let time: Date;
const clock = { now: () => time, monotonic: () => 0 };
const digests = {
  keyId: 'digest-1',
  digest: (secret: string) => createHmac('sha256', 'key').update(secret).digest(),
  digestWith: () => undefined,
};

let database: Database;
let registry: Registry;
let hostSecret: HostSecret;
let recorded: AuditEvent[];

beforeEach(async () => {
  time = new Date(START);
  database = await openDatabase({ url: 'sqlite::memory:', clock });
  const repository = new SqlRegistryRepository(database);
  registry = new Registry();
  const refreshRegistry = new RefreshRegistry({ registry, repository });
  let drawn = 0;
  const makeSecret = new MakeSecret({
    digests,
    randomness: { bytes: (count: number) => Buffer.alloc(count, ++drawn) },
    ids: { next: () => `secret-${drawn}` },
  });
  recorded = [];
  const audit = { append: async (event: AuditEvent) => void recorded.push(event) };
  hostSecret = new HostSecret({ repository, refreshRegistry, makeSecret, audit, clock });
  const clients = [
    declared('orders', { kind: 'client_secret' }),
    declared('certified', { kind: 'tls_client_auth', sanDns: 'c.internal' }),
  ];
  await repository.transact(() => ({ actor: 'test', changes: { ...NO_CHANGES, clients } }));
});
afterEach(() => database.close());

function declared(id: string, credential: ClientFacts['credentials'][number]): Change<ClientFacts> {
  return { action: 'create', after: { id, disabled: false, credentials: [credential] } };
}

const make = (clientId = 'orders') => hostSecret.execute(clientId, 'r-1');

function served() {
  return registry.snapshot().client('orders')?.secrets;
}

describe('HostSecret', () => {
  it('gives the secret once, and serves its digest at once', async () => {
    const { secret, secretId, createdAt } = await make();
    expect(secret).toBe(formatSecret(Buffer.alloc(32, 1)));
    expect(isSecretFormat(secret)).toBe(true);
    expect(createdAt).toEqual(time);
    expect(served()).toEqual([
      { id: secretId, digest: digests.digest(secret), digestKeyId: 'digest-1', createdAt: time, expiresAt: null },
    ]);
  });

  it('stores nothing from which the secret could be read', async () => {
    const { secret } = await make();
    const rows = [
      await database.db.selectFrom('client_secret').selectAll().execute(),
      await database.db.selectFrom('registry_event').selectAll().execute(),
    ];
    const stored = JSON.stringify(rows, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(stored).not.toContain(secret.slice(5, 20));
    expect(stored).not.toContain(Buffer.alloc(32, 1).toString('latin1'));
  });

  it('lets two overlap, and refuses a third with the way out', async () => {
    const older = await make();
    time = new Date(START + DAY);
    const newer = await make();
    await expect(make()).rejects.toMatchObject({
      code: 'SECRETS_EXHAUSTED',
      message:
        `Client orders has 2 live secrets already (${older.secretId}, made 2026-03-01T00:00:00.000Z; ${newer.secretId}, made 2026-03-02T00:00:00.000Z). ` +
        'mintmark clients show orders tells when each was last used. If one got lost, or is used no more, the new one can take its place: ' +
        'replace_secret_id (mintmark clients rotate-credential orders --replace <secret>).',
    });
    expect(served()).toHaveLength(2);
    const secrets = [{ action: 'expire' as const, clientId: 'orders', secretId: older.secretId, at: time }];
    const changes = { ...NO_CHANGES, secrets };
    await new SqlRegistryRepository(database).transactClient('orders', () => ({ actor: 'ops', changes }));
    expect(isSecretFormat((await make()).secret)).toBe(true);
  });

  it('refuses a third even to callers who ask at the same moment', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => make()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(served()).toHaveLength(2);
  });

  it('counts an expired one no longer, and clears it away', async () => {
    const at = new Date(START + DAY);
    const made = [await make(), await make()];
    const secrets = made.map(({ secretId }) => ({ action: 'expire' as const, clientId: 'orders', secretId, at }));
    const changes = { ...NO_CHANGES, secrets };
    await new SqlRegistryRepository(database).transact(() => ({ actor: 'ops', changes }));
    time = at;
    const { secretId } = await make();
    expect(served()?.map(({ id }) => id)).toEqual([secretId]);
  });

  it.each([
    ['nobody', 'CLIENT_UNKNOWN', 'There is no client nobody. Create or declare it first, or check the name.'],
    [
      'certified',
      'SECRET_NOT_DECLARED',
      'Client certified is not declared to use a secret. Add kind: client_secret to its credentials and apply that first.',
    ],
  ])('refuses %s: %s', async (clientId, code, message) => {
    const before = await new SqlRegistryRepository(database).version();
    await expect(make(clientId)).rejects.toMatchObject({ code, message });
    expect(await new SqlRegistryRepository(database).version()).toBe(before);
    expect(recorded).toMatchObject([
      { outcome: 'begun' },
      { outcome: 'denied', code, subject: clientId, actor: 'host' },
    ]);
  });
});
