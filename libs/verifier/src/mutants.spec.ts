import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { VERIFIER_ERRORS } from '@mintmark/contract';
import { createTestIssuer } from '@mintmark/testing';
import { ATTACKS, titleOf } from '../../../test/attacks/catalogue.ts';
import { libraryWithout, WHOLE_LIBRARY } from '../../../test/attacks/library.ts';
import { runOnLibrary } from '../../../test/attacks/run-attacks.ts';
import { Scene } from '../../../test/attacks/scene.ts';
import type { Check } from './checks/check.ts';
import { CHECKS } from './checks/registry.ts';
import * as publicApi from './index.ts';

/** For each check the attack that it alone keeps out. */
const KEEPS_OUT: Readonly<Record<string, string>> = {
  'one-credential': 'credential: two Authorization headers',
  'one-credential-in-value': 'credential: a comma list of tokens',
  'nothing-after-token': 'credential: something after the token',
  'token-size': 'structure: a good token past 8 KiB',
  'three-parts': 'structure: four parts',
  'canonical-base64url': 'encoding: unused bits in the signature',
  'strict-utf8': 'json: an overlong slash',
  'json-depth': 'structure: nine levels of JSON',
  'unique-names': 'json: aud twice, once with an escape',
  'interoperable-json': 'json: a lone surrogate escape',
  'header-members': 'header: jku on a good token',
  'header-typ': 'typ: typ "logout+jwt"',
  'allowed-algorithm': 'algorithm: a trusted key whose algorithm the policy does not allow',
  'kid-form': 'kid: kid of another form that the key set does hold',
  'key-set-alive': 'scenario: keys nobody has confirmed for over an hour',
  'key-algorithm': 'algorithm: PS256 claimed for an RS256 signature',
  signature: 'signature: by the attacker under a trusted kid',
  'claim-iss': 'claims: iss with a slash after it',
  'claim-aud': 'claims: aud "billing"',
  'claim-sub': 'claims: sub missing',
  'claim-client_id': 'claims: client_id missing',
  'claim-jti': 'claims: jti missing',
  'claim-scope': 'claims: scope "stock:read stock:read"',
  'claim-iat': 'times: iat missing',
  'claim-exp': 'times: exp missing',
  'claim-nbf': 'times: nbf "0"',
  'claim-cnf': 'claims: cnf {"kid":"x"}',
  'claim-act': 'claims: act "orders"',
  'not-expired': 'times: exp a leeway ago',
  'not-from-future': 'times: iat a minute ahead',
  'not-before': 'times: nbf a minute ahead',
  lifetime: 'times: exp a second past the longest lifetime',
  'expires-after-issue': 'times: exp before iat, both within the leeway',
  'certificate-binding': 'binding: a token bound to a certificate, sent as plain Bearer',
  'proof-presented': 'binding: a token bound to a DPoP key, sent as plain Bearer',
  'proof-has-token': 'binding: DPoP: a proof for a token that is not bound',
  'one-proof': 'binding: DPoP: two proofs',
  'proof-typ': 'binding: DPoP: typ JWT',
  'proof-members': 'binding: DPoP: a critical extension',
  'proof-key': 'binding: DPoP: the key of the attacker',
  'proof-signature': 'binding: DPoP: the right key shown, signed by another',
  'proof-htm': 'binding: DPoP: htm "POST"',
  'proof-htu': 'binding: DPoP: htu "https://attacker.example/stock"',
  'proof-ath': 'binding: DPoP: ath of another token',
  'proof-iat': 'binding: DPoP: made a minute ago',
  'proof-jti': 'scenario: a DPoP proof used again',
  'not-revoked': 'scenario: a revoked token',
  scope: 'scope: scope stock:reader',
};

describe('each check, taken away', () => {
  const scene = new Scene();

  it.each(CHECKS.map(({ name }) => [name, KEEPS_OUT[name]]))('%s lets in: %s', async (name = '', title) => {
    const attack = ATTACKS.find((row) => titleOf(row) === title);
    if (!attack) throw new Error(`${name} has no attack to keep out`);
    const whole = await runOnLibrary(attack, WHOLE_LIBRARY, scene);
    const without = await runOnLibrary(attack, libraryWithout(name), scene);
    expect([whole.defective, without.defective]).toEqual([attack.code, 'OK']);
  });

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
      // No token; no key, or no keys; a proof that is none. The last decides how a refusal looks, not whether there is one.
      'local-verifier.ts': [
        'TOKEN_MISSING',
        'KEY_UNKNOWN',
        'BINDING_MISMATCH',
        'KEYS_UNAVAILABLE',
        'REVOCATION_UNAVAILABLE',
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
