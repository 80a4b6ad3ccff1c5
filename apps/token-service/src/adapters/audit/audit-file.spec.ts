import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent } from '../../core/model/audit-event.ts';
import { follow, nextLine, START } from './audit-chain.ts';
import { AuditFile } from './audit-file.ts';

let folder: string;
let path: string;
const failures: unknown[] = [];
const openAudit = () => AuditFile.open(path, (error) => failures.push(error));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-audit-'));
  path = join(folder, 'audit.jsonl');
  failures.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function denied(requestId: string): AuditEvent {
  return { event: 'token.denied', time: new Date(0), requestId, code: 'SCOPE_DENIED', client: 'orders' };
}

const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);
/** Behind the first, which is that of the chain itself. */
const requestIds = () =>
  lines()
    .slice(1)
    .map((line) => (JSON.parse(line) as { requestId: string }).requestId);

function expectChain(): void {
  let position = START;
  for (const line of lines()) {
    const next = follow(position, line);
    if ('fault' in next) throw new Error(next.fault);
    position = next;
  }
}

async function fileHandlePrototype(): Promise<FileHandle> {
  const handle = await open(join(folder, 'probe'), 'w');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('AuditFile', () => {
  it('chains every line to the one before it, across restarts', async () => {
    const first = await openAudit();
    await first.append(denied('r1'));
    await first.close();
    const second = await openAudit();
    await Promise.all([second.append(denied('r2')), second.append(denied('r3'))]);
    await second.close();

    expectChain();
    expect(requestIds()).toEqual(['r1', 'r2', 'r3']);
  });

  it('is readable by its owner alone', async () => {
    await (await openAudit()).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('flushes all that waited together once, and resolves nobody before that', async () => {
    const prototype = await fileHandlePrototype();
    const audit = await openAudit();
    let flushed = false;
    const datasync = jest.spyOn(prototype, 'datasync').mockImplementation(() => {
      flushed = true;
      return Promise.resolve();
    });
    const seen = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await audit.append(denied(`r${i}`));
        return flushed;
      }),
    );
    expect(seen.every(Boolean)).toBe(true);
    expect(datasync).toHaveBeenCalledTimes(1);
    await audit.close();
  });

  it('lets each go on to its end before the next, so that none waits between its last check and its answer', async () => {
    const audit = await openAudit();
    const steps: string[] = [];
    await Promise.all(
      ['a', 'b'].map(async (request) => {
        await audit.append(denied(request));
        steps.push(`${request} checked`);
        await Promise.resolve();
        await new Promise<void>((resolve) => process.nextTick(resolve));
        steps.push(`${request} answered`);
      }),
    );
    expect(steps).toEqual(['a checked', 'a answered', 'b checked', 'b answered']);
    await audit.close();
  });

  it('refuses what could not be flushed, leaves no trace of it, and recovers by itself', async () => {
    const prototype = await fileHandlePrototype();
    const audit = await openAudit();
    await audit.append(denied('kept'));
    jest.spyOn(prototype, 'datasync').mockRejectedValueOnce(new Error('ENOSPC'));
    await expect(audit.append(denied('lost'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await audit.append(denied('after'));
    await audit.close();

    expect(failures).toHaveLength(1);
    expect(requestIds()).toEqual(['kept', 'after']);
    await (await openAudit()).close(); // and the chain holds
  });

  it('takes words of strangers for what they are, even where other readers see the end of a line', async () => {
    const audit = await openAudit();
    for (const id of ['a\u2028b', 'c\u2029d', 'e\r\nf', '\u0085']) await audit.append(denied(id));
    await audit.close();
    await (await openAudit()).close();
    expect(requestIds()).toHaveLength(4);
  });

  it.each<[string, () => void]>([
    ['removed', () => rmSync(path)],
    ['moved away', () => renameSync(path, `${path}.1`)],
    ['moved away, and another put in its place', () => (renameSync(path, `${path}.1`), writeFileSync(path, ''))],
    ['moved away, and linked to', () => (renameSync(path, `${path}.1`), symlinkSync(`${path}.1`, path))],
  ])('records nothing in a file that was %s', async (_, remove) => {
    const audit = await openAudit();
    await audit.append(denied('r1'));
    remove();
    await expect(audit.append(denied('r2'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(audit.readiness().ready).toBe(false);
    await audit.close();
  });

  it('goes on when the file is moved back', async () => {
    const audit = await openAudit();
    await audit.append(denied('r1'));
    renameSync(path, `${path}.1`);
    await expect(audit.append(denied('r2'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    renameSync(`${path}.1`, path);
    await audit.append(denied('r3'));
    await audit.close();
    expect(requestIds()).toEqual(['r1', 'r3']);
  });

  it('begins each chain with a line that no other has, and that names the one before', async () => {
    const first = await openAudit();
    await first.append(denied('r1'));
    const anchor = { ...first.position()!, at: new Date(0) };
    await first.close();
    renameSync(path, `${path}.1`);
    const known = { anchors: [anchor], streams: [] };
    const second = await AuditFile.open(path, (error) => failures.push(error), known);
    await second.append(denied('r1'));
    expect(second.position()!.chain).not.toBe(anchor.chain);
    await second.close();
    const { at: _, ...follows } = anchor;
    expect(JSON.parse(lines()[0]!)).toMatchObject({ event: 'chain.begun', id: expect.any(String), follows });
  });

  it('goes on with a chain that began without such a line', async () => {
    const old = nextLine(START, denied('r0'));
    writeFileSync(path, `${old.line}\n`);
    const audit = await openAudit();
    await audit.append(denied('r1'));
    expect(audit.position()).toMatchObject({ chain: old.position.hash, seq: 2 });
    await audit.close();
    expectChain();
  });

  it('cuts off a line that a crash left torn', async () => {
    const audit = await openAudit();
    await audit.append(denied('r1'));
    await audit.close();
    appendFileSync(path, '{"seq":2,"prev":"');
    const again = await openAudit();
    await again.append(denied('r2'));
    await again.close();
    expect(requestIds()).toEqual(['r1', 'r2']);
  });

  it.each([
    ['another line end', (text: string) => text.replace('\n', '\r\n'), 'line 2'],
    ['a flipped byte', (text: string) => text.replace('"r2"', '"rX"'), 'line 4'],
    ['a deleted line', (text: string) => text.split('\n').toSpliced(1, 1).join('\n'), 'line 2'],
    ['two lines exchanged', (text: string) => text.replace(/(.*\n)(.*\n)/, '$2$1'), 'line 1'],
  ])('will not go on after %s', async (_, tamper, where) => {
    const audit = await openAudit();
    for (const id of ['r1', 'r2', 'r3']) await audit.append(denied(id));
    await audit.close();
    writeFileSync(path, tamper(readFileSync(path, 'utf8')));
    await expect(openAudit()).rejects.toThrow(where);
  });
});
