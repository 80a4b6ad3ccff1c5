import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { VERIFIER_ERRORS } from '@mintmark/contract';
import { createTestIssuer } from '@mintmark/testing';
import { ATTACKS, titleOf } from '../../../test/attacks/catalogue.ts';
import { KEEPS_OUT } from '../../../test/attacks/keeps-out.ts';
import { libraryWithout, WHOLE_LIBRARY } from '../../../test/attacks/library.ts';
import { runOnLibrary } from '../../../test/attacks/run-attacks.ts';
import { Scene } from '../../../test/attacks/scene.ts';
import type { Check } from './checks/check.ts';
import { CHECKS } from './checks/registry.ts';
import * as publicApi from './index.ts';

describe('each check, taken away', () => {
  const scene = new Scene();

  it.each(CHECKS.map(({ name }) => [name, KEEPS_OUT[name]]))(
    '%s lets in: %s',
    async (name = '', title) => {
      const attack = ATTACKS.find((row) => titleOf(row) === title);
      if (!attack) throw new Error(`${name} has no attack to keep out`);
      const whole = await runOnLibrary(attack, WHOLE_LIBRARY, scene);
      const without = await runOnLibrary(attack, libraryWithout(name), scene);
      expect([whole.defective, without.defective]).toEqual([attack.code, 'OK']);
    },
    60_000,
  );

  it('is one of those that are registered', () => {
    expect(Object.keys(KEEPS_OUT)).toEqual(CHECKS.map(({ name }) => name));
  });
});

describe('the registry', () => {
  const sources = new Map<string, string>();

  beforeAll(async () => {
    const files = await readdir(import.meta.dirname, { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
      sources.set(file, await readFile(`${import.meta.dirname}/${file}`, 'utf8'));
    }
  });

  it('holds every check that is written, once, in the order of the steps', async () => {
    const written: unknown[] = [];
    for (const file of [...sources.keys()].filter((name) => name.startsWith('checks/'))) {
      const exported = (await import(`./${file}`)) as Record<string, unknown>;
      written.push(...Object.values(exported).filter(isCheck));
    }
    expect(new Set(CHECKS)).toEqual(new Set(written));
    expect(CHECKS).toHaveLength(written.length);
    const steps = CHECKS.map(({ step }) => step);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(new Set(steps)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect(Object.isFrozen(CHECKS)).toBe(true);
  });

  it('holds all reasons to refuse, but for what leaves nothing to check', () => {
    const found = Object.fromEntries(
      [...sources]
        .filter(([file]) => !file.startsWith('checks/'))
        .map(([file, text]) => [file, Object.keys(VERIFIER_ERRORS).filter((code) => text.includes(`'${code}'`))])
        .filter(([, codes]) => codes!.length > 0),
    ) as Record<string, string[]>;
    expect(found).toEqual({
      // No token; no key, or no keys; a proof that is none; the end of a stream; in place of a refusal, that the clock is wrong.
      'local-verifier.ts': [
        ...['TOKEN_MISSING', 'KEY_UNKNOWN', 'TOKEN_EXPIRED'],
        ...['BINDING_MISMATCH', 'KEYS_UNAVAILABLE', 'CLOCK_UNRELIABLE'],
      ],
      'read-credential.ts': ['TOKEN_MISSING', 'TOKEN_MALFORMED'],
      // A part that is no JSON object.
      'token-examiner.ts': ['TOKEN_MALFORMED'],
    });
  });

  it('is out of reach of any configuration', async () => {
    const manifest = JSON.parse(await readFile(`${import.meta.dirname}/../package.json`, 'utf8')) as {
      exports: object;
    };
    expect(Object.keys(manifest.exports)).toEqual(['.']);
    expect(Object.keys(publicApi).filter((name) => /check|assemble|plan|internal|with$/i.test(name))).toEqual([]);
    const { trust } = createTestIssuer();
    for (const option of ['checks', 'internals', 'without', 'skip']) {
      expect(() => publicApi.createVerifier({ ...trust, [option]: [] })).toThrow(`unknown option: ${option}`);
    }
    // Only the one that names all checks, and the seam itself, know of a verifier with other checks.
    const users = [...sources].filter(([, text]) => text.includes('assembleVerifier')).map(([file]) => file);
    expect(users.toSorted()).toEqual(['assemble-verifier.ts', 'create-verifier.ts']);
  });
});

function isCheck(value: unknown): value is Check {
  return typeof value === 'object' && value !== null && 'refuse' in value && 'stage' in value;
}
