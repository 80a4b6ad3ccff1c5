import { describe, expect, it } from '@jest/globals';
import {
  ASSERTION_TYPE,
  claimsIn,
  clientAssertion,
  hmacWithPublicKey,
  newAssertionKey,
  serviceAccountToken,
  signJwt,
  svid,
  unsigned,
  workflowToken,
  type AssertionKey,
} from '../../../../../test/clients/assertions.ts';
import { importAssertionKey } from '../model/assertion-key.ts';
import type { Client, DeclaredCredential } from '../model/client.ts';
import { RequestError } from '../model/errors.ts';
import type { TrustedIssuer } from '../model/trusted-issuer.ts';
import { ReplayGuardError, type OneTimeUse } from '../ports/replay-guard.ts';
import { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { AuthenticatedClient, type AuthenticationPorts } from './authenticate-client.ts';

const ISSUER = 'https://tokens.internal';
const NOW = Date.UTC(2026, 0, 1);
const key = newAssertionKey();
const other = newAssertionKey();
const rsa = newAssertionKey('RS256');
const ed = newAssertionKey('EdDSA');
const cluster = newAssertionKey('RS256');
const spire = newAssertionKey();
const github = newAssertionKey('RS256');

const K8S = 'https://kubernetes.default.svc.cluster.local';
const GITHUB = 'https://token.actions.githubusercontent.com';
const SVID = 'spiffe://example.org/ns/shop/sa/orders';
const orders = { issuer: K8S, audience: ISSUER, namespace: 'shop', name: 'orders' };
const workflow = { issuer: GITHUB, audience: ISSUER, repository: 'shop/orders' };
const inline = (...keys: readonly AssertionKey[]) => ({ jwks: { keys: keys.map(({ jwk }) => jwk) } });
const workload = (issuer: string, subject: string, more = {}): DeclaredCredential => ({
  kind: 'workload_identity',
  issuer,
  subject,
  audience: ISSUER,
  ...more,
});

const client = (id: string, ...credentials: readonly DeclaredCredential[]): Client => ({
  id,
  disabled: id === 'closed',
  credentials,
  secrets: [],
});
const CLIENTS: readonly Client[] = [
  client('orders', { kind: 'private_key_jwt', ...inline(key, rsa, ed) }),
  client('billing', { kind: 'private_key_jwt', ...inline(other) }),
  client('closed', { kind: 'private_key_jwt', ...inline(key) }),
  client('remote', { kind: 'private_key_jwt', jwksUri: 'https://remote.internal/jwks' }),
  client('plain', { kind: 'client_secret' }),
  client('shop', workload(K8S, 'system:serviceaccount:shop:orders', { uid: 'f9c1' })),
  client('mesh', workload('spiffe://example.org', SVID)),
  client('deploy', workload(GITHUB, 'repo:shop/orders:ref:refs/heads/main', { claims: { workflow: 'deploy' } })),
];
const trusted = (id: string, profile: TrustedIssuer['profile'], from: AssertionKey, more = {}): TrustedIssuer => ({
  id,
  profile,
  keys: inline(from),
  algorithms: [from.algorithm as 'ES256'],
  tokenUse: profile === 'github_actions' ? 'once' : 'until-expiry',
  disabled: false,
  ...more,
});
const ISSUERS: readonly TrustedIssuer[] = [
  trusted(K8S, 'kubernetes', cluster),
  trusted('spiffe://example.org', 'spiffe', spire),
  trusted(GITHUB, 'github_actions', github),
  trusted('https://stopped.internal', 'kubernetes', cluster, { disabled: true }),
];

const REMOTE = [key, rsa];
const imported = ({ jwk }: AssertionKey) => importAssertionKey(jwk)!;

function ports(changes: Partial<AuthenticationPorts> = {}): AuthenticationPorts {
  const used = new Set<string>();
  return {
    issuer: ISSUER,
    registry: new RegistrySnapshot({ version: 1, issuers: ISSUERS, clients: CLIENTS, resources: [], policies: [] }),
    digests: { keyId: 'k', digest: () => Buffer.alloc(32), digestWith: () => undefined },
    remoteKeys: {
      find: async (_url, kid) => REMOTE.filter(({ jwk }) => kid === undefined || kid === jwk.kid).map(imported),
    },
    replayGuard: { claim: async ({ key: name }) => used.size < used.add(name).size },
    assertionSeconds: 60,
    now: new Date(NOW),
    ...changes,
  };
}

function authenticate(assertion: string, { type = ASSERTION_TYPE, clientId = '', ...changes }: Changes = {}) {
  const found = [{ kind: 'client_assertion', type, assertion }] as const;
  return AuthenticatedClient.authenticate({ found, ...(clientId && { clientId }) }, ports(changes));
}

type Changes = Partial<AuthenticationPorts> & { readonly type?: string; readonly clientId?: string };

async function refusal(assertion: string, changes?: Changes): Promise<{ code: string; reason?: unknown }> {
  const outcome = await authenticate(assertion, changes).catch((error: unknown) => error);
  if (!(outcome instanceof RequestError)) return { code: `accepted: ${JSON.stringify(outcome)}` };
  expect(JSON.stringify([outcome.message, outcome.facts])).not.toContain(assertion.slice(-40));
  return { code: outcome.code, reason: outcome.facts['reason'] };
}

const ids = { clientId: 'orders', issuer: ISSUER };
const made = (parts: Parameters<typeof clientAssertion>[2] = {}, by = key, whose = ids) =>
  clientAssertion(by, whose, { now: NOW, ...parts });
const claims = (changes: Record<string, unknown>) => made({ claims: changes });
const header = (changes: Record<string, unknown>) => made({ header: changes });
const seconds = NOW / 1000;

describe('an assertion that a client signs itself', () => {
  it.each<[string, string]>([
    ['with the type of the corrected RFC', made()],
    ['with the type JWT', header({ typ: 'JWT' })],
    ['without a type', header({ typ: undefined })],
    ['without kid: any key of the client', header({ kid: undefined })],
    ['with a list of one audience', claims({ aud: [ISSUER] })],
    ['without iat', claims({ iat: undefined, exp: seconds + 60 })],
    ['by an RSA key', made({}, rsa)],
    ['by an Ed25519 key', made({}, ed)],
    ['by an Ed25519 key under its other name', made({ header: { alg: 'Ed25519' } }, ed)],
    ['of a clock that is a little ahead', made({ now: NOW + 9_000 })],
    ['of a clock that is a little late', made({ now: NOW - 69_000 })],
    ['with further claims', claims({ nbf: seconds, whatever: { a: 1 } })],
    ['whose keys are fetched', made({}, key, { ...ids, clientId: 'remote' })],
    ['without kid, whose keys are fetched', made({ header: { kid: undefined } }, rsa, { ...ids, clientId: 'remote' })],
  ])('is accepted %s', async (_, assertion) => {
    expect(await authenticate(assertion)).toMatchObject({ method: 'private_key_jwt', id: claimsIn(assertion)['sub'] });
  });

  it('names the key that signed', async () => {
    expect(await authenticate(made({}, rsa))).toMatchObject({ credentialId: rsa.jwk.kid, usedSecret: false });
  });

  it.each<[string, string, string]>([
    ['of an unknown client', made({}, key, { ...ids, clientId: 'nobody' }), 'client-unknown'],
    ['of a disabled client', made({}, key, { ...ids, clientId: 'closed' }), 'client-disabled'],
    ['of a client without keys', made({}, key, { ...ids, clientId: 'plain' }), 'method-not-declared'],
    ['by the key of another client', made({}, other), 'key-unknown'],
    ['by another key under the kid of its own', made({ header: { kid: key.jwk.kid } }, other), 'signature-wrong'],
    ['by another key without kid', made({ header: { kid: undefined } }, other), 'signature-wrong'],
    [
      'by another key without kid, where keys are fetched',
      made({ header: { kid: undefined } }, other, { ...ids, clientId: 'remote' }),
      'signature-wrong',
    ],
    ['for the token endpoint', claims({ aud: `${ISSUER}/oauth2/token` }), 'audience-wrong'],
    ['for the token endpoint too', claims({ aud: [ISSUER, `${ISSUER}/oauth2/token`] }), 'audience-wrong'],
    ['for this issuer twice', claims({ aud: [ISSUER, ISSUER] }), 'audience-wrong'],
    ['for an issuer with a slash more', claims({ aud: `${ISSUER}/` }), 'audience-wrong'],
    ['for another issuer', claims({ aud: 'https://other.internal' }), 'audience-wrong'],
    ['for nobody', claims({ aud: undefined }), 'audience-wrong'],
    ['of another subject', claims({ sub: 'billing' }), 'subject-differs'],
    ['without subject', claims({ sub: undefined }), 'claims-malformed'],
    ['that is over', made({ now: NOW - 70_000 }), 'expired'],
    ['without end', claims({ exp: undefined }), 'claims-malformed'],
    ['whose end is a text', claims({ exp: String(seconds + 60) }), 'claims-malformed'],
    ['whose end is out of this world', claims({ exp: 1e300 }), 'claims-malformed'],
    ['that ends before it begins', claims({ iat: seconds + 5, exp: seconds + 5 }), 'claims-malformed'],
    ['of the future', made({ now: NOW + 11_000 }), 'not-yet-valid'],
    ['not valid yet', claims({ nbf: seconds + 11 }), 'not-yet-valid'],
    ['that lives too long', claims({ exp: seconds + 61 }), 'lives-too-long'],
    ['that lives too long, without iat', claims({ iat: undefined, exp: seconds + 71 }), 'lives-too-long'],
    ['without jti', claims({ jti: undefined }), 'jti-missing'],
    ['with an empty jti', claims({ jti: '' }), 'claims-malformed'],
    ['with the type of an access token', header({ typ: 'at+jwt' }), 'type-wrong'],
    ['with the type of a DPoP proof', header({ typ: 'dpop+jwt' }), 'type-wrong'],
    ['with a critical header', header({ crit: ['b64'], b64: false }), 'header-forbidden'],
    ['with a key of its own', header({ jwk: other.jwk }), 'header-forbidden'],
    ['with a place for keys', header({ jku: 'https://evil.example/jwks' }), 'header-forbidden'],
    ['with a kid that is no text', header({ kid: 7 }), 'header-forbidden'],
    ['of a foreign issuer', claims({ iss: 'https://evil.example' }), 'issuer-unknown'],
    [
      'of a foreign trust domain',
      svid(spire, { subject: 'spiffe://evil.example/x', audience: ISSUER }),
      'issuer-unknown',
    ],
    [
      'under a kid that its key set has not',
      made({ header: { kid: 'x' } }, key, { ...ids, clientId: 'remote' }),
      'key-unknown',
    ],
    ['by HMAC with the public key', hmacWithPublicKey(key, {}, claimsIn(made())), 'algorithm-forbidden'],
    ['by an algorithm of no use here', signJwt(key, { alg: 'ES384' }, claimsIn(made())), 'algorithm-forbidden'],
  ])('is refused %s', async (_, assertion, reason) => {
    expect(await refusal(assertion)).toEqual({ code: 'CLIENT_AUTHENTICATION_FAILED', reason });
  });

  it.each<[string, string, Changes]>([
    ['that is not signed', unsigned({}, claimsIn(made())), {}],
    ['that is larger than 8 KiB', claims({ more: 'x'.repeat(8_000) }), {}],
    ['with a part too many', `${made()}.x`, {}],
    ['with padding', `${made()}=`, {}],
    ['that is no JWT', 'hello', {}],
    ['of another type', made(), { type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ])('cannot be read %s', async (_, assertion, changes) => {
    expect(await refusal(assertion, changes)).toMatchObject({ code: 'EVIDENCE_MALFORMED' });
  });

  it('cannot be read with one claim twice', async () => {
    const [head = '', body = '', signature = ''] = made().split('.');
    const twice = Buffer.from(body, 'base64url').toString().replace('{', '{"sub":"billing",');
    const assertion = [head, Buffer.from(twice).toString('base64url'), signature].join('.');
    expect(await refusal(assertion)).toMatchObject({ code: 'EVIDENCE_MALFORMED' });
  });

  it('takes a client_id that is the same, and no other', async () => {
    expect(await authenticate(made(), { clientId: 'orders' })).toMatchObject({ id: 'orders' });
    expect(await refusal(made(), { clientId: 'billing' })).toMatchObject({ reason: 'client-id-differs' });
  });

  it('is taken once, and its use remembered past the last moment at which anyone takes it', async () => {
    const uses: OneTimeUse[] = [];
    const replayGuard = { claim: async (use: OneTimeUse) => uses.push(use) === 1 };
    const assertion = made();
    await authenticate(assertion, { replayGuard });
    expect(await refusal(assertion, { replayGuard })).toMatchObject({ reason: 'used-before' });
    expect(uses[0]).toMatchObject({ key: uses[1]?.key, issuedAt: new Date(NOW) });
    // Taken by a clock 10 s late until 10 s past its end, after 5 s for keys and guard, and forgotten by one 10 s ahead.
    expect(uses[0]?.forgetAt.getTime()).toBeGreaterThan(NOW + 60_000 + 30_000 + 5_000);
  });

  it('does not concern the jti of another client, and counts only when all else is right', async () => {
    const uses = new Set<string>();
    const replayGuard = { claim: async ({ key: name }: OneTimeUse) => uses.size < uses.add(name).size };
    await refusal(made({ claims: { jti: 'a' } }, other), { replayGuard });
    expect(uses.size).toBe(0);
    await authenticate(claims({ jti: 'a' }), { replayGuard });
    const billing = clientAssertion(other, { clientId: 'billing', issuer: ISSUER }, { now: NOW, claims: { jti: 'a' } });
    expect(await authenticate(billing, { replayGuard })).toMatchObject({ id: 'billing' });
  });

  it.each(['guard-unreachable', 'issued-before-guard'] as const)('is not decided: %s', async (defect) => {
    const replayGuard = { claim: () => Promise.reject(new ReplayGuardError(defect, 'gone')) };
    expect(await refusal(made(), { replayGuard })).toEqual({ code: 'REPLAY_GUARD_UNAVAILABLE', reason: defect });
  });

  it('is not decided while the keys cannot be had', async () => {
    const remoteKeys = { find: async () => 'unavailable' as const };
    const remote = made({}, key, { ...ids, clientId: 'remote' });
    const undecided = { code: 'CLIENT_KEYS_UNAVAILABLE', reason: 'keys-unavailable' };
    expect(await refusal(remote, { remoteKeys })).toEqual(undecided);
  });
});

const account = (changes: Record<string, unknown> = {}, head = {}) =>
  serviceAccountToken(cluster, orders, { now: NOW, claims: changes, header: head });
const flow = (changes: Record<string, unknown> = {}) => workflowToken(github, workflow, { now: NOW, claims: changes });
const identity = (changes: Record<string, unknown> = {}, head = {}) =>
  svid(spire, { subject: SVID, audience: ISSUER }, { now: NOW, claims: changes, header: head });

describe('the token of a workload', () => {
  it.each<[string, string, string]>([
    ['a service account', account(), 'shop'],
    ['a service account, with a type', account({}, { typ: 'JWT' }), 'shop'],
    ['a SPIFFE ID without iss and jti', identity(), 'mesh'],
    ['a SPIFFE ID with type JOSE and iss', identity({ iss: 'https://spire.internal' }, { typ: 'JOSE' }), 'mesh'],
    ['a workflow', flow(), 'deploy'],
  ])('lets in %s', async (_, assertion, id) => {
    expect(await authenticate(assertion)).toMatchObject({ id, method: 'workload_identity' });
  });

  it('may be shown again until it expires, or once, as the issuer is declared', async () => {
    const used = new Set<string>();
    const replayGuard = { claim: async ({ key: name }: OneTimeUse) => used.size < used.add(name).size };
    const [again, once] = [account(), flow()];
    for (let shown = 0; shown < 3; shown++) await authenticate(again, { replayGuard });
    await authenticate(once, { replayGuard });
    expect(await refusal(once, { replayGuard })).toMatchObject({ reason: 'used-before' });
    expect(used.size).toBe(1);
  });

  it('needs no replay guard where it may be shown again', async () => {
    const replayGuard = { claim: () => Promise.reject(new ReplayGuardError('guard-unreachable', 'gone')) };
    expect(await authenticate(account(), { replayGuard })).toMatchObject({ id: 'shop' });
    expect(await refusal(flow(), { replayGuard })).toMatchObject({ code: 'REPLAY_GUARD_UNAVAILABLE' });
  });

  const kubernetes = (serviceaccount: object, namespace = 'shop') => ({
    'kubernetes.io': { namespace, serviceaccount },
  });
  it.each<[string, string, string]>([
    ['of another account', account({ sub: 'system:serviceaccount:shop:billing' }), 'workload-unknown'],
    ['whose parts disagree', account(kubernetes({ name: 'billing', uid: 'f9c1' })), 'claims-differ'],
    ['of an account made anew', account(kubernetes({ name: 'orders', uid: 'f9c2' })), 'claims-differ'],
    ['without what makes it a service account', account({ 'kubernetes.io': undefined }), 'claims-differ'],
    ['for another audience', account({ aud: ['https://vault.internal'] }), 'audience-wrong'],
    ['for another audience too', account({ aud: [ISSUER, 'https://vault.internal'] }), 'audience-wrong'],
    ['of the old kind, for nobody and for ever', account({ aud: undefined, exp: undefined }), 'claims-malformed'],
    ['that is over', serviceAccountToken(cluster, orders, { now: NOW - 3_618_000 }), 'expired'],
    ['that lives for a year', account({ exp: seconds + 31_536_000 }), 'lives-too-long'],
    ['by the key of another issuer', serviceAccountToken(github, orders, { now: NOW }), 'key-unknown'],
    ['by an algorithm not pinned', serviceAccountToken(spire, orders, { now: NOW }), 'algorithm-forbidden'],
    ['with a place for keys', account({}, { jku: 'https://evil.example' }), 'header-forbidden'],
    ['of a disabled issuer', account({ iss: 'https://stopped.internal' }), 'issuer-disabled'],
    ['of an issuer that is almost ours', account({ iss: `${K8S}/` }), 'issuer-unknown'],
    ['of another workload of the domain', identity({ sub: `${SVID}2` }), 'workload-unknown'],
    ['of another trust domain by the same key', identity({ sub: 'spiffe://example.com/ns/shop' }), 'issuer-unknown'],
    ['of a SPIFFE ID under the name of another issuer', identity({ iss: GITHUB }), 'algorithm-forbidden'],
    ['of a SPIFFE ID without end', identity({ exp: undefined }), 'claims-malformed'],
    ['of another branch', flow({ sub: 'repo:shop/orders:ref:refs/heads/x' }), 'workload-unknown'],
    ['of another workflow', flow({ workflow: 'test' }), 'claims-differ'],
    ['of a workflow without repository', flow({ repository_id: undefined }), 'claims-differ'],
    ['of a workflow without jti', flow({ jti: undefined }), 'jti-missing'],
    ['signed by nobody', hmacWithPublicKey(cluster, {}, claimsIn(account())), 'algorithm-forbidden'],
  ])('is refused %s', async (_, assertion, reason) => {
    expect(await refusal(assertion)).toEqual({ code: 'CLIENT_AUTHENTICATION_FAILED', reason });
  });

  it.each<[string, object, string]>([
    ['the issuer is disabled', { issuers: [{ ...ISSUERS[0]!, disabled: true }] }, 'issuer-disabled'],
    ['the issuer is no longer trusted', { issuers: [] }, 'issuer-unknown'],
    ['the client is gone', { clients: [] }, 'client-unknown'],
  ])('is of no use once %s, though it was proved just before', async (_, changes, reason) => {
    const proved = await authenticate(account());
    const stored = { version: 2, issuers: ISSUERS, clients: CLIENTS, resources: [], policies: [] };
    expect(() => proved.demandEnabled(new RegistrySnapshot(stored))).not.toThrow();
    const since = new RegistrySnapshot({ ...stored, ...changes });
    expect(() => proved.demandEnabled(since)).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ reason }) }),
    );
  });

  it('is not taken for an assertion of the client it belongs to, nor the other way round', async () => {
    const own = clientAssertion(cluster, { clientId: 'shop', issuer: ISSUER }, { now: NOW });
    expect(await refusal(own)).toMatchObject({ reason: 'method-not-declared' });
    expect(await refusal(account({ iss: 'orders' }))).toMatchObject({ code: 'CLIENT_AUTHENTICATION_FAILED' });
  });
});
