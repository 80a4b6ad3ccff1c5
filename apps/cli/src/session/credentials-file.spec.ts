import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialsFile, DEFAULT_ISSUER } from './credentials-file.ts';

const credentials = { issuer: 'https://i', admin: 'https://a', clientId: 'ann', secret: 's' };

let home: string;
let file: CredentialsFile;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-home-'));
  file = new CredentialsFile({ XDG_CONFIG_HOME: home });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('CredentialsFile', () => {
  it('keeps what it was given, for its owner alone, and nothing beside it', () => {
    file.write({ ...credentials, clientId: 'before' });
    file.write(credentials);
    expect(file.read()).toEqual(credentials);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(file.path))).toEqual(['credentials.json']);
  });

  it.each([0o640, 0o604, 0o666])('refuses a file that others can read: mode %o', (mode) => {
    file.write(credentials);
    chmodSync(file.path, mode);
    expect(() => file.read()).toThrow('chmod 600');
  });

  it.each([
    ['nobody logged in', undefined, 'Nobody is logged in. Run: mintmark login'],
    ['no JSON', '{', 'is damaged'],
    ['JSON that is nothing', 'null', 'holds no credentials'],
    ['a part missing', '{"issuer":"https://i","admin":"https://a","client_id":"ann"}', 'holds no credentials'],
  ])('says how to go on when there is %s', (_, content, message) => {
    file.write(credentials);
    if (content === undefined) file.remove();
    else writeFileSync(file.path, content);
    expect(() => file.read()).toThrow(message);
    expect(file.issuer()).toBe(DEFAULT_ISSUER);
  });

  it('is gone after remove(), once', () => {
    file.write(credentials);
    expect([file.remove(), file.remove()]).toEqual([true, false]);
  });

  it('is below the home directory where XDG_CONFIG_HOME is not set', () => {
    expect(new CredentialsFile({ HOME: '/home/ann' }).path).toBe('/home/ann/.config/mintmark/credentials.json');
  });
});
