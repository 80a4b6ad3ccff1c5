import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { importPublicJwk, parseCompact, publicJwkOf, verifyBytes } from '@mintmark/jws';
import type { SigningAlgorithm } from '@mintmark/contract';
import type { ClientEvidence } from '../client-identity.ts';
import { automaticIdentity } from './automatic-identity.ts';
import { clientCertificate } from './client-certificate.ts';
import { privateKey } from './private-key.ts';
import { workloadToken } from './workload-token.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-identity-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const assertionIn = (evidence: ClientEvidence | undefined) =>
  evidence?.kind === 'client_assertion' ? evidence.assertion.reveal() : undefined;
const kidIn = (evidence: ClientEvidence | undefined) => parseCompact(assertionIn(evidence) ?? '')?.header['kid'];
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const issuer = 'https://tokens.internal';

describe('the token of a workload', () => {
  it('is what the file has at the time, and the last it had while it cannot be read', async () => {
    const identity = workloadToken({ file: write('token', 'first\n') });
    expect(assertionIn(await identity.evidence())).toBe('first');
    write('token', 'second');
    const refused = await identity.evidence();
    expect(assertionIn(refused)).toBe('second');
    expect(await identity.replacement(refused)).toBeUndefined();
    write('token', 'third');
    expect(assertionIn(await identity.replacement(refused))).toBe('third');
    rmSync(at('token'));
    expect(assertionIn(await identity.evidence())).toBe('third');
  });

  it('that never was there is said so', async () => {
    const missing = workloadToken({ file: at('nowhere') }).evidence();
    await expect(missing).rejects.toMatchObject({ code: 'WORKLOAD_TOKEN_UNREADABLE', retryable: false });
  });
});

describe('a private key', () => {
  it.each<[SigningAlgorithm, () => KeyObject]>([
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['EdDSA', () => generateKeyPairSync('ed25519').privateKey],
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('signs a new assertion each time by %s, in PEM and as JWK', async (algorithm, make) => {
    const key = make();
    const registered = publicJwkOf(key, algorithm);
    const imported = importPublicJwk(registered);
    for (const text of [pem(key), JSON.stringify(key.export({ format: 'jwk' }))]) {
      const identity = privateKey({ clientId: 'orders', issuer, key: text });
      const [one = '', other = ''] = [assertionIn(await identity.evidence()), assertionIn(await identity.evidence())];
      const [first, second] = [parseCompact(one), parseCompact(other)];
      expect(first?.header).toEqual({ alg: algorithm, kid: registered.kid, typ: 'client-authentication+jwt' });
      const { iat, exp } = first?.payload as { iat: number; exp: number };
      expect(first?.payload).toMatchObject({ iss: 'orders', sub: 'orders', aud: issuer });
      expect(exp - iat).toBeLessThanOrEqual(60);
      expect(second?.payload['jti']).not.toBe(first?.payload['jti']);
      expect(
        first && imported.ok && verifyBytes(algorithm, imported.key.publicKey, first.signingInput, first.signature),
      ).toBe(true);
    }
  });

  it('in a file is tried once more only if it is another by then', async () => {
    const [one, other] = [0, 1].map(() => generateKeyPairSync('ed25519').privateKey);
    const identity = privateKey({ clientId: 'orders', issuer, key: { file: write('key', pem(one!)) } });
    const refused = await identity.evidence();
    expect(await identity.replacement(refused)).toBeUndefined();
    write('key', pem(other!));
    expect(kidIn(await identity.replacement(refused))).toBe(publicJwkOf(other!, 'EdDSA').kid);
  });

  it('in a file is tried once more though another request has used the new one meanwhile', async () => {
    const [one, other] = [0, 1].map(() => generateKeyPairSync('ed25519').privateKey);
    const identity = privateKey({ clientId: 'orders', issuer, key: { file: write('key', pem(one!)) } });
    const refused = await identity.evidence();
    write('key', pem(other!));
    const meanwhile = await identity.evidence();
    expect(kidIn(await identity.replacement(refused))).toBe(publicJwkOf(other!, 'EdDSA').kid);
    expect(await identity.replacement(meanwhile)).toBeUndefined();
  });

  it('that is none is said so, and not repeated', async () => {
    const tooSmall = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey);
    for (const key of ['canary', '{"canary":1}', tooSmall]) {
      const error: unknown = await privateKey({ clientId: 'orders', issuer, key })
        .evidence()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'KEY_UNREADABLE' });
      expect(inspect(error)).not.toContain('canary');
    }
  });

  it('is shown in nothing that is written', async () => {
    const key = pem(generateKeyPairSync('ed25519').privateKey);
    const identity = privateKey({ clientId: 'orders', issuer, key });
    const evidence = await identity.evidence();
    expect(inspect([identity, evidence], { depth: 9, showHidden: true })).not.toContain(assertionIn(evidence));
    expect(JSON.stringify(evidence)).not.toContain('eyJ');
  });
});

describe('a certificate', () => {
  it('is what the files have at the time', async () => {
    const files = { certificate: { file: write('cert', 'one') }, key: { file: write('key', 'secret') } };
    const identity = clientCertificate({ clientId: 'orders', ...files });
    const refused = await identity.evidence();
    expect(refused).toMatchObject({ clientId: 'orders', certificate: 'one' });
    expect(await identity.replacement(refused)).toBeUndefined();
    write('cert', 'two');
    expect(await identity.replacement(refused)).toMatchObject({ certificate: 'two' });
    expect(inspect(await identity.evidence(), { showHidden: true })).not.toContain('secret');
  });
});

describe('an identity that is picked', () => {
  const everything = () => ({
    MINTMARK_CLIENT_ID: 'orders',
    MINTMARK_ISSUER: issuer,
    MINTMARK_CLIENT_TOKEN_FILE: write('token', 'workload'),
    MINTMARK_CLIENT_KEY_FILE: write('key', pem(generateKeyPairSync('ed25519').privateKey)),
    MINTMARK_CLIENT_CERT_FILE: write('cert', 'certificate'),
    MINTMARK_CLIENT_CERT_KEY_FILE: write('cert-key', 'key'),
    MINTMARK_CLIENT_SECRET_FILE: write('secret', 'secret'),
  });
  const chosen = async (environment: Record<string, string>) =>
    (await automaticIdentity(environment).describe()).filter((each) => each.chosen).map(({ kind }) => kind);

  it('is the first that is there, in the order that needs least looking after', async () => {
    const environment = everything();
    const order = [];
    for (const file of ['token', 'key', 'cert', 'secret']) {
      order.push(...(await chosen(environment)));
      rmSync(at(file));
    }
    expect(order).toEqual(['workload token', 'private key', 'certificate', 'client secret']);
    await expect(automaticIdentity(environment).evidence()).rejects.toMatchObject({ code: 'IDENTITY_MISSING' });
  });

  it('is explained: what was looked for, and why it was skipped', async () => {
    const environment = {
      MINTMARK_CLIENT_ID: 'orders',
      MINTMARK_CLIENT_TOKEN_FILE: at('nowhere'),
      MINTMARK_CLIENT_CERT_FILE: '',
      MINTMARK_CLIENT_SECRET_FILE: write('secret', 'canary'),
    };
    const described = await automaticIdentity(environment).describe();
    expect(described).toEqual([
      { kind: 'workload token', chosen: false, reason: expect.stringContaining('nowhere (ENOENT)') },
      { kind: 'private key', chosen: false, reason: 'MINTMARK_ISSUER, MINTMARK_CLIENT_KEY_FILE not set' },
      {
        kind: 'certificate',
        chosen: false,
        reason: 'MINTMARK_CLIENT_CERT_FILE, MINTMARK_CLIENT_CERT_KEY_FILE not set',
      },
      { kind: 'client secret', chosen: true, reason: 'it is there' },
    ]);
    expect(JSON.stringify(described)).not.toContain('canary');
  });

  it('leaves what is gone, and says so', async () => {
    const environment = everything();
    const identity = automaticIdentity(environment);
    expect(assertionIn(await identity.evidence())).toBe('workload');
    rmSync(at('token'));
    const evidence = await identity.evidence();
    expect(assertionIn(evidence)).toMatch(/^eyJ/);
    expect(await identity.describe()).toMatchObject([
      { reason: `there is no ${at('token')} (ENOENT)` },
      { chosen: true },
      {},
      {},
    ]);
    for (const file of ['key', 'cert-key', 'secret']) rmSync(at(file));
    await expect(identity.evidence()).rejects.toMatchObject({ code: 'IDENTITY_MISSING' });
  });

  it('stays what it was while its file is there but cannot be read, and says that too', async () => {
    const identity = automaticIdentity(everything());
    await identity.evidence();
    rmSync(at('token'));
    symlinkSync(at('token'), at('token'));
    expect(assertionIn(await identity.evidence())).toBe('workload');
    const [first] = await identity.describe();
    expect(first).toMatchObject({ chosen: true, reason: `as it was: ${at('token')} cannot be read (ELOOP)` });
  });

  it('is tried once more if it is another by then, of its kind or of the next', async () => {
    const environment = everything();
    const identity = automaticIdentity(environment);
    const token = await identity.evidence();
    expect(await identity.replacement(token)).toBeUndefined();
    rmSync(at('token'));
    const first = await identity.replacement(token);
    expect(kidIn(first)).toEqual(expect.any(String));
    expect(await identity.replacement(first!)).toBeUndefined();
    const renewed = generateKeyPairSync('ed25519').privateKey;
    write('key', pem(renewed));
    const second = await identity.replacement(first!);
    expect(kidIn(second)).toBe(publicJwkOf(renewed, 'EdDSA').kid);
    rmSync(at('key'));
    expect(await identity.replacement(second!)).toMatchObject({ kind: 'client_certificate' });
  });

  it('changes over to what comes later', async () => {
    const environment = { ...everything(), MINTMARK_CLIENT_TOKEN_FILE: at('later') };
    const identity = automaticIdentity(environment);
    expect(assertionIn(await identity.evidence())).toMatch(/^eyJ/);
    write('later', 'workload');
    expect(assertionIn(await identity.evidence())).toBe('workload');
  });
});
