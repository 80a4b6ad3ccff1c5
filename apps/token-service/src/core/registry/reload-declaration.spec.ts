import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ApplyOutcome } from './apply-declaration.ts';
import { NO_CHANGES } from '../model/registry-changes.ts';
import { ReloadDeclaration } from './reload-declaration.ts';

const APPLIED: ApplyOutcome = { ok: true, version: 1, changes: NO_CHANGES };

describe('ReloadDeclaration', () => {
  let fingerprint: string;
  let applied: number;
  let apply: () => Promise<ApplyOutcome>;
  let reload: ReloadDeclaration;

  beforeEach(() => {
    fingerprint = 'one';
    applied = 0;
    apply = () => Promise.resolve(APPLIED);
    reload = new ReloadDeclaration({
      source: { fingerprint: () => Promise.resolve(fingerprint) },
      applyDeclaration: { execute: () => (applied++, apply()) },
    });
  });

  it('applies the file once for each time it changes', async () => {
    expect(await reload.execute()).toBe(APPLIED);
    expect(await reload.execute()).toBeUndefined();
    fingerprint = 'two';
    expect(await reload.execute()).toBe(APPLIED);
    expect(await reload.execute()).toBeUndefined();
    expect(applied).toBe(2);
  });

  it('tells once that a file is wrong', async () => {
    apply = () => Promise.resolve({ ok: false, problems: [] });
    expect(await reload.execute()).toEqual({ ok: false, problems: [] });
    expect(await reload.execute()).toBeUndefined();
  });

  it('reads again what could not be read, and tells each reason once', async () => {
    const problem = { file: 'mintmark.yaml', line: 1, column: 1, path: '', fix: '' };
    const unread = (code: string): ApplyOutcome => ({
      ok: false,
      problems: [{ ...problem, problem: code }],
      unread: true,
    });
    apply = () => Promise.resolve(unread('EMFILE'));
    expect(await reload.execute()).toEqual(unread('EMFILE'));
    expect(await reload.execute()).toBeUndefined();
    apply = () => Promise.resolve(unread('EIO'));
    expect(await reload.execute()).toEqual(unread('EIO'));
    apply = () => Promise.resolve(APPLIED);
    expect(await reload.execute()).toBe(APPLIED);
    expect(await reload.execute()).toBeUndefined();
    expect(applied).toBe(4);
  });

  it('tries again what the database could not take', async () => {
    apply = () => Promise.reject(new Error('disk full'));
    await expect(reload.execute()).rejects.toThrow('disk full');
    apply = () => Promise.resolve(APPLIED);
    expect(await reload.execute()).toBe(APPLIED);
  });

  it('notices what is written while it reads', async () => {
    apply = () => {
      fingerprint = 'two';
      return Promise.resolve(APPLIED);
    };
    await reload.execute();
    expect(await reload.execute()).toBe(APPLIED);
    expect(applied).toBe(2);
  });
});
