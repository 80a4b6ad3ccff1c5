import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ROUTES, type RevocationsClaims } from '@mintmark/contract';
import {
  changeKey,
  compromiseKey,
  getEpochStatus,
  getKeyStatus,
  HOST_SOCKET,
  openEpoch,
  revoke,
  sendOverSocket,
} from '@mintmark/admin-client';
import { freePorts, ServiceProcess } from '../../scripts/service-process.ts';
import { HeldRevocations } from '../../libs/verifier/src/revocations/held-revocations.ts';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import { Operator } from '../cluster/operator.ts';

/** A database that can be backed up and restored while no service uses it. */
interface Backups {
  /** Of an empty database. */
  readonly settings: (folder: string) => Promise<Record<string, string>>;
  readonly backUp: (folder: string) => Promise<void>;
  readonly restore: (folder: string) => Promise<void>;
}

let folder: string;
let settings: Record<string, string>;
let service: ServiceProcess | undefined;

const sqlite: Backups = {
  settings: () => Promise.resolve({}),
  backUp: (place) => Promise.resolve(copyFileSync(join(place, 'data/mintmark.db'), join(place, 'backup.db'))),
  restore: (place) => {
    for (const suffix of ['-wal', '-shm']) rmSync(join(place, `data/mintmark.db${suffix}`), { force: true });
    return Promise.resolve(copyFileSync(join(place, 'backup.db'), join(place, 'data/mintmark.db')));
  },
};

let server: PostgresServer | undefined;
const postgres: Backups = {
  settings: async () => {
    for (const name of ['drill', 'drill_backup']) await server!.run(`drop database if exists ${name} with (force)`);
    await server!.run('create database drill owner mintmark');
    return {
      MINTMARK_DATABASE_URL: server!.url('drill'),
      MINTMARK_DATABASE_PASSWORD_FILE: server!.passwordFile,
    };
  },
  backUp: () => server!.run('create database drill_backup template drill').then(() => undefined),
  restore: async () => {
    await server!.run('drop database drill with (force)');
    await server!.run('create database drill template drill_backup owner mintmark');
  },
};

async function start(): Promise<void> {
  service = await ServiceProcess.start({ name: 'token-service', environment: settings, readyWithinSeconds: 60 });
}

async function stop(): Promise<void> {
  await service?.stop();
}

const socket = () => join(folder, 'data', HOST_SOCKET);
const url = (name: string) => `http://${settings[name]}`;
const kidsServed = async () => {
  const served = await fetch(`${url('MINTMARK_HTTP_ADDRESS')}/.well-known/jwks.json`);
  const { keys, epoch } = (await served.json()) as { keys: { kid: string }[]; epoch: number };
  return { epoch, kids: keys.map(({ kid }) => kid) };
};
const readiness = async () => {
  const answer = await fetch(`${url('MINTMARK_MANAGEMENT_ADDRESS')}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

beforeAll(async () => {
  server = await PostgresServer.start();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-drill-'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  writeFileSync(join(folder, 'kek'), randomBytes(32), { mode: 0o600 });
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts on an empty database. */
async function begin(backups: Backups): Promise<Operator> {
  const ports = await freePorts(5);
  const names = ['HTTP', 'GRPC', 'MANAGEMENT', 'ADMIN', 'ADMIN_GRPC'];
  const addresses = names.map((name, index) => [`MINTMARK_${name}_ADDRESS`, `127.0.0.1:${ports[index]}`]);
  settings = {
    ...(Object.fromEntries(addresses) as Record<string, string>),
    MINTMARK_ISSUER: `http://127.0.0.1:${ports[0]}`,
    MINTMARK_DATA_DIR: join(folder, 'data'),
    MINTMARK_KEK_FILE: join(folder, 'kek'),
    MINTMARK_WITNESS_FILE: join(folder, 'witness.json'),
    ...(await backups.settings(folder)),
  };
  await start();
  const issuer = settings['MINTMARK_ISSUER']!;
  const adminUrl = url('MINTMARK_ADMIN_ADDRESS');
  return Operator.bootstrap({ issuer, adminUrl, socket: socket(), replicas: () => [issuer], timeScale: 1 });
}

async function keyOf(operator: Operator, ring: string, state: string): Promise<string> {
  const { rings } = await operator.send(getKeyStatus());
  const found = rings.find((each) => each.ring === ring)?.keys.find((key) => key.state === state);
  return found?.kid ?? '';
}

/** What verifiers are told is revoked; its signature is for other tests. */
async function toldRevocations(): Promise<RevocationsClaims> {
  const response = await fetch(`${url('MINTMARK_HTTP_ADDRESS')}${ROUTES.revocations}`);
  const [, payload = ''] = (await response.text()).split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as RevocationsClaims;
}

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
])('on %s a backup', (_, backups) => {
  it('from before a compromise seals the service, and in a new epoch the key does not come back', async () => {
    const operator = await begin(backups);
    const kid = await keyOf(operator, 'public', 'active');
    await stop();
    await backups.backUp(folder);

    await start();
    await operator.send(compromiseKey(kid, { reason: 'a drill', withoutStandby: 'fresh-key' }));
    expect((await kidsServed()).kids).not.toContain(kid);
    await stop();
    await backups.restore(folder);

    await start();
    expect(await readiness()).toEqual({ status: 503, text: expect.stringContaining('keyset unseal --new-epoch') });
    expect((await kidsServed()).kids).not.toContain(kid);
    const status = await sendOverSocket(getEpochStatus(), { path: socket() });
    const issuer = settings['MINTMARK_ISSUER'];
    expect(status.keySets.find((each) => each.issuer === issuer)).toMatchObject({ epoch: 1, risen: [kid] });

    await sendOverSocket(openEpoch(), { path: socket() });
    expect((await readiness()).status).toBe(200);
    const { epoch, kids } = await kidsServed();
    expect([epoch, kids.includes(kid), kids.length > 0]).toEqual([2, false, true]);
    await stop();
    await start();
    expect((await readiness()).status).toBe(200);
    expect((await kidsServed()).kids).not.toContain(kid);
    operator.close();
  }, 120_000);

  it('from before a revocation seals it for that alone, and verifiers take what the new epoch says', async () => {
    const operator = await begin(backups);
    await operator.send(revoke({ kind: 'token', id: 'of-before' }));
    await stop();
    await backups.backUp(folder);

    await start();
    await operator.send(revoke({ kind: 'token', id: 'of-after' }));
    const verifier = new HeldRevocations(20_000);
    const take = (claims: RevocationsClaims) => verifier.take(claims, { sentAt: Date.now(), receivedAt: Date.now() });
    const heard = await toldRevocations();
    expect([heard.sequence, take(heard).outcome]).toEqual([2, 'changed']);
    await stop();
    await backups.restore(folder);

    await start();
    expect(await readiness()).toEqual({
      status: 503,
      text: expect.stringContaining('holds revocation 1.1, and was at 1.2'),
    });
    expect((await fetch(`${url('MINTMARK_HTTP_ADDRESS')}${ROUTES.revocations}`)).status).toBe(503);
    const { sealed, revocations } = await sendOverSocket(openEpoch(), { path: socket() });
    expect([sealed, revocations]).toMatchObject([null, { epoch: 2, sequence: 3 }]);
    expect((await readiness()).status).toBe(200);
    const told = await toldRevocations();
    expect([told.revoked.map(([, id]) => id), take(told).outcome]).toEqual([['of-before'], 'changed']);
    operator.close();
  }, 120_000);

  it('of an older key of what is revoked is unsealed with the others', async () => {
    const operator = await begin(backups);
    const standby = await keyOf(operator, 'revocations', 'published');
    await stop();
    await backups.backUp(folder);
    await start();
    await operator.send(changeKey(standby, 'destroy', { ring: 'revocations' }));
    await stop();
    await backups.restore(folder);
    await start();
    expect(await readiness()).toEqual({ status: 503, text: expect.stringContaining('#revocations, and was at') });
    const { sealed } = await sendOverSocket(openEpoch(), { path: socket() });
    expect([sealed, (await readiness()).status]).toEqual([null, 200]);
    operator.close();
  }, 120_000);
});
