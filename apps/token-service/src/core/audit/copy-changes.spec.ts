import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditFile } from '../../adapters/audit/audit-file.ts';
import type { AuditEvent, ChangePosition, ChangeRecorded } from '../model/audit-event.ts';
import type { ChangeFeed } from '../ports/change-feed.ts';
import { RequestError } from '../model/errors.ts';
import { CopyChanges } from './copy-changes.ts';

/** A database's record of changes, in memory. */
class Feed implements ChangeFeed {
  rows: ChangeRecorded[] = [];
  forgotten: string[] = [];

  async forget({ stream, version }: ChangePosition, before: Date): Promise<void> {
    this.forgotten.push(`${stream} up to ${version} before ${before.toISOString().slice(0, 10)}`);
  }

  add(stream: string, version: number, epoch = 1): void {
    const event = stream === 'registry' ? 'registry.changed' : 'keys.changed';
    this.rows.push({ event, stream, epoch, version, time: new Date(0), actor: 'test', change: { version } });
  }

  async heads(): Promise<readonly ChangePosition[]> {
    const last = new Map(this.rows.map(({ stream, epoch, version }) => [stream, { stream, epoch, version }]));
    return [...last.values()];
  }

  async after({ stream, epoch, version }: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]> {
    const isLater = (row: ChangeRecorded) => row.epoch > epoch || (row.epoch === epoch && row.version > version);
    return this.rows.filter((row) => row.stream === stream && isLater(row)).slice(0, limit);
  }
}

const clock = { now: () => new Date(0), monotonic: () => 0 };
const token: AuditEvent = { event: 'token.denied', time: new Date(0), requestId: 'r', code: 'SCOPE_DENIED' };
let folder: string;
let path: string;
let feed: Feed;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-copy-'));
  path = join(folder, 'audit.jsonl');
  feed = new Feed();
});
afterEach(() => rmSync(folder, { recursive: true }));

const openAudit = () => AuditFile.open(path, () => undefined);
const copied = () =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { event: string; stream: string; version: number })
    .filter(({ event }) => event.endsWith('.changed') || event === 'changes.restored')
    .map(({ event, stream, version }) => `${event === 'changes.restored' ? 'restored ' : ''}${stream} ${version}`);

describe('CopyChanges', () => {
  it('copies each row of each stream once and in order, however often it runs', async () => {
    const audit = await openAudit();
    const copy = new CopyChanges({ feed, audit, clock, copied: audit.copied });
    for (let version = 1; version <= 450; version++) feed.add('registry', version);
    feed.add('keys:https://tokens.internal', 1);
    await copy.execute();
    await copy.execute();
    feed.add('registry', 451);
    await copy.execute();
    await audit.close();
    const registry = copied().filter((line) => line.startsWith('registry'));
    expect(registry).toEqual(Array.from({ length: 451 }, (_, index) => `registry ${index + 1}`));
    expect(copied()).toHaveLength(452);
  });

  it('lets go what is copied, and that after 90 days', async () => {
    const audit = await openAudit();
    feed.add('registry', 1);
    feed.add('registry', 2);
    await new CopyChanges({ feed, audit, clock, copied: audit.copied }).execute();
    await audit.close();
    expect(feed.forgotten).toEqual(['registry up to 2 before 1969-10-03']);
  });

  it('goes on after a crash where the chain ends, wherever that is', async () => {
    for (let version = 1; version <= 5; version++) feed.add('registry', version);
    for (let survives = 0; survives <= 5; survives++) {
      rmSync(path, { force: true });
      // What a process left that was killed when so many lines had reached the disk.
      const before = await openAudit();
      await before.append(token);
      for (const row of feed.rows.slice(0, survives)) await before.append(row);
      await before.append(token);
      await before.close();

      const audit = await openAudit();
      await new CopyChanges({ feed, audit, clock, copied: audit.copied }).execute();
      await audit.close();
      expect(copied()).toEqual([1, 2, 3, 4, 5].map((version) => `registry ${version}`));
    }
  });

  it('when the disk is full it copies later what it could not now, without gap or copy', async () => {
    for (let version = 1; version <= 3; version++) feed.add('registry', version);
    const audit = await openAudit();
    let full = true;
    const append = (event: AuditEvent) =>
      full ? Promise.reject(new RequestError('AUDIT_UNAVAILABLE', 'full')) : audit.append(event);
    const copy = new CopyChanges({ feed, audit: { append }, clock, copied: audit.copied });
    await expect(copy.execute()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    full = false;
    await copy.execute();
    await audit.close();
    expect(copied()).toEqual(['registry 1', 'registry 2', 'registry 3']);
  });

  it('says so when the database was restored from a backup, and then copies what is new there', async () => {
    for (let version = 1; version <= 4; version++) feed.add('registry', version);
    const audit = await openAudit();
    const copy = new CopyChanges({ feed, audit, clock, copied: audit.copied });
    await copy.execute();
    feed.rows = feed.rows.slice(0, 2);
    await copy.execute();
    feed.add('registry', 3);
    await copy.execute();
    await audit.close();
    expect(copied().slice(4)).toEqual(['restored registry 2', 'registry 3']);
    const reopened = await openAudit();
    expect(reopened.copied.get('registry')).toMatchObject({ version: 3 });
    await reopened.close();
  });

  it('is not misled by a token whose request mentions a change', async () => {
    const audit = await openAudit();
    await audit.append({ ...token, client: '"event":"registry.changed"' });
    await audit.close();
    const reopened = await openAudit();
    expect(reopened.copied.size).toBe(0);
    await reopened.close();
  });
});
