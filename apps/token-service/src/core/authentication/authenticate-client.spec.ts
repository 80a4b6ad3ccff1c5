import { createHmac } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { RequestError } from '../model/errors.ts';
import { formatSecret } from '../registry/secret-format.ts';
import type { Client, ClientSecret } from '../model/client.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { AuthenticatedClient } from './authenticate-client.ts';
import type { ClientEvidence } from './evidence.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const hmac = (key: string, secret: string) => createHmac('sha256', key).update(secret).digest();
const digests: SecretDigest = {
  keyId: 'k2',
  digest: (secret) => hmac('k2', secret),
  digestWith: (keyId, secret) => (['k1', 'k2'].includes(keyId) ? hmac(keyId, secret) : undefined),
};

function secret(id: string, value: string, { keyId = 'k2', expiresAt = null as Date | null } = {}): ClientSecret {
  return { id, digest: hmac(keyId, value), digestKeyId: keyId, createdAt: NOW, expiresAt };
}

const clients: Client[] = [
  {
    id: 'orders',
    disabled: false,
    credentials: [{ kind: 'client_secret' }],
    secrets: [
      secret('old', 'first', { keyId: 'k1' }),
      secret('new', 'second'),
      secret('gone', 'third', { expiresAt: NOW }),
      secret('foreign', 'fourth', { keyId: 'k9' }),
    ],
  },
  { id: 'closed', disabled: true, credentials: [{ kind: 'client_secret' }], secrets: [secret('s', 'first')] },
  { id: 'bare', disabled: false, credentials: [], secrets: [] },
  { id: 'single', disabled: false, credentials: [{ kind: 'client_secret' }], secrets: [secret('s1', 'first')] },
  {
    id: 'double',
    disabled: false,
    credentials: [{ kind: 'client_secret' }],
    secrets: [secret('s2', 'first'), secret('s3', 'second')],
  },
];

function authenticate(evidence: ClientEvidence): Promise<AuthenticatedClient> {
  return AuthenticatedClient.authenticate(evidence, {
    issuer: 'https://tokens.internal',
    registry: new RegistrySnapshot({ version: 1, issuers: [], clients, resources: [], policies: [] }),
    digests,
    remoteKeys: { find: async () => 'unavailable' },
    replayGuard: { claim: async () => true },
    assertionSeconds: 60,
    now: NOW,
  });
}

async function refusal(evidence: ClientEvidence): Promise<RequestError> {
  const outcome = await authenticate(evidence).catch((error: unknown) => error);
  if (outcome instanceof RequestError) return outcome;
  throw new Error(`expected a refusal, got ${String(outcome)}`);
}

const encode = (text: string) => Buffer.from(text).toString('base64');
const basic = (text: string): ClientEvidence => ({
  found: [{ kind: 'authorization', value: `Basic ${encode(text)}` }],
});
const post = (clientId: string | undefined, value: string): ClientEvidence => ({
  found: [{ kind: 'client_secret_post', secret: value }],
  ...(clientId === undefined ? {} : { clientId }),
});

describe('authenticate', () => {
  it('accepts each of the secrets that are alive, by either method, and says which it was', async () => {
    expect(await authenticate(basic('orders:first'))).toMatchObject({
      id: 'orders',
      method: 'client_secret_basic',
      credentialId: 'old',
    });
    expect(await authenticate(post('orders', 'second'))).toMatchObject({
      id: 'orders',
      method: 'client_secret_post',
      credentialId: 'new',
    });
  });

  it('accepts a client_id beside Basic that names the same client', async () => {
    expect(await authenticate({ ...basic('orders:first'), clientId: 'orders' })).toMatchObject({ id: 'orders' });
  });

  it('decodes what RFC 6749 §2.3.1 form-encodes', async () => {
    expect(await authenticate(basic('%6frders:fir%73t'))).toMatchObject({ id: 'orders' });
  });

  it.each<[string, ClientEvidence, string]>([
    ['nothing', { found: [] }, 'EVIDENCE_MISSING'],
    ['a client_id alone', { found: [], clientId: 'orders' }, 'EVIDENCE_MISSING'],
    [
      'two methods',
      { found: [...basic('orders:first').found, ...post('orders', 'first').found] },
      'EVIDENCE_AMBIGUOUS',
    ],
    [
      'two Authorization values',
      { found: [...basic('orders:first').found, ...basic('orders:first').found] },
      'EVIDENCE_AMBIGUOUS',
    ],
    ['Basic and another client_id', { ...basic('orders:first'), clientId: 'bare' }, 'EVIDENCE_AMBIGUOUS'],
    ['a secret without client_id', post(undefined, 'first'), 'PARAMETER_MISSING'],
    ['an empty assertion', { found: [{ kind: 'client_assertion' }] }, 'EVIDENCE_MALFORMED'],
    ['an unreadable certificate', { found: [{ kind: 'unreadable_certificate' }] }, 'EVIDENCE_MALFORMED'],
    [
      'a secret and an assertion',
      { found: [...basic('orders:first').found, { kind: 'client_assertion' }] },
      'EVIDENCE_AMBIGUOUS',
    ],
    ['a wrong secret', basic('orders:nope'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['an expired secret', basic('orders:third'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['a secret whose digest key is not held', basic('orders:fourth'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['an unknown client', basic('nobody:first'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['a disabled client', basic('closed:first'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['a client without secrets', basic('bare:first'), 'CLIENT_AUTHENTICATION_FAILED'],
    ['another scheme', { found: [{ kind: 'authorization', value: 'Bearer x' }] }, 'EVIDENCE_MALFORMED'],
    ['an empty value', { found: [{ kind: 'authorization', value: '' }] }, 'EVIDENCE_MALFORMED'],
    ['Basic without base64', { found: [{ kind: 'authorization', value: 'Basic ***' }] }, 'EVIDENCE_MALFORMED'],
    ['Basic without a colon', basic('orders'), 'EVIDENCE_MALFORMED'],
    ['Basic without a secret', basic('orders:'), 'EVIDENCE_MALFORMED'],
    ['Basic without an id', basic(':first'), 'EVIDENCE_MALFORMED'],
    ['a broken percent-encoding', basic('orders:%zz'), 'EVIDENCE_MALFORMED'],
  ])('refuses %s', async (_, evidence, code) => {
    expect(await refusal(evidence)).toMatchObject({ code });
  });

  it('tells an unknown client, a wrong secret and a disabled client apart in its facts alone', async () => {
    const refusals = await Promise.all(
      ['nobody:first', 'orders:nope', 'closed:first'].map((text) => refusal(basic(text))),
    );
    expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
    const reasons = refusals.map(({ facts }) => facts['reason']);
    expect(reasons).toEqual(['client-unknown', 'secret-wrong', 'client-disabled']);
  });

  it('repeats neither a secret that stands in place of the id, nor a whole id that no client could have', async () => {
    const facts = async (id: string) => JSON.stringify((await refusal(post(id, 'x'))).facts);
    const secret = formatSecret(new Uint8Array(32));
    expect(await facts(secret)).not.toContain(secret.slice(5));
    expect((await facts('x'.repeat(16_000))).length).toBeLessThan(300);
  });

  it('never repeats the secret in an error', async () => {
    const error = await refusal(basic('orders:canary-3f9'));
    expect(JSON.stringify([String(error), error.facts])).not.toContain('canary');
  });

  it.each(['nobody', 'bare', 'single', 'double'])(
    'digests once, whether there is such a client and however many secrets it has, so that time tells nothing: %s',
    async (id) => {
      const made = [jest.spyOn(digests, 'digest'), jest.spyOn(digests, 'digestWith')];
      await refusal(basic(`${id}:nope`));
      expect(made.flatMap(({ mock }) => mock.calls)).toHaveLength(1);
      for (const each of made) each.mockRestore();
    },
  );
});
