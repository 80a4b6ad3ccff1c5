import { createHash, createHmac } from 'node:crypto';
import { encodeBase64url, joinCompact, signCompact } from '@mintmark/jws';
import type { TestKey } from '@mintmark/testing';
import type { DpopEvidence } from '@mintmark/verifier';
import { attacksOn, LIBRARY_ONLY, withClaims, type Call, type Good, type Make } from '../attack.ts';
import type { Scene } from '../scene.ts';

const row = attacksOn('binding', LIBRARY_ONLY);
const plain = attacksOn('binding');

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('base64url');

const URL = 'https://inventory.internal/stock';
const certificate = Buffer.from('the certificate of orders');
const toCertificate = withClaims(() => ({ cnf: { 'x5t#S256': digest(certificate) } }));
const toProof = withClaims((_, { client }) => ({ cnf: { jkt: client.kid } }));

const withCertificate =
  (clientCertificate?: Uint8Array): Make =>
  async (scene, good) => ({
    token: (await toCertificate(scene, good)) as string,
    evidence: clientCertificate ? { clientCertificate } : {},
  });

interface Proof {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: TestKey;
  readonly call?: Partial<DpopEvidence>;
}

type Change = (scene: Scene, token: string) => Proof;

function proofFor(scene: Scene, token: string, { header, claims, key = scene.client }: Proof): string {
  const { kty, crv, x, y } = key.jwk as unknown as Record<string, string>;
  const jti = Buffer.from(`${Math.random()}`).toString('base64url');
  const base = { jti, htm: 'GET', htu: URL, iat: scene.now, ath: digest(token) };
  const head = { alg: key.algorithm, typ: 'dpop+jwt', jwk: { kty, crv, x, y }, ...header };
  return signCompact(head, { ...base, ...claims }, key.privateKey);
}

/** A bound token with one proof, good but for the change. */
export const proven =
  (change: Change = () => ({})): Make =>
  async (scene, good): Promise<Call> => {
    const token = (await toProof(scene, good)) as string;
    const parts = change(scene, token);
    const dpop = { proofs: [proofFor(scene, token, parts)], method: 'GET', url: URL, ...parts.call };
    return { token, evidence: { dpop } };
  };

const defect = (name: string, change: Change) => row(`DPoP: ${name}`, 'BINDING_MISMATCH', proven(change), proven());

const claim = (name: string, value: unknown) =>
  defect(`${name} ${JSON.stringify(value) ?? 'missing'}`, () => ({ claims: { [name]: value } }));

/** A proof with an HMAC whose secret is the very key it shows. */
const symmetric: Make = async (scene, good): Promise<Call> => {
  const token = (await toProof(scene, good)) as string;
  const secret = Buffer.alloc(32, 7);
  const header = { alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: secret.toString('base64url') } };
  const claims = { jti: 'x', htm: 'GET', htu: URL, iat: scene.now, ath: digest(token) };
  const input = [header, claims].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
  const proof = joinCompact(input, createHmac('sha256', secret).update(input).digest());
  return { token, evidence: { dpop: { proofs: [proof], method: 'GET', url: URL } } };
};

async function unboundWithProof(scene: Scene, { claims, header, key }: Good): Promise<Call> {
  const token = scene.sign({ claims, header, key });
  return { token, evidence: { dpop: { proofs: [proofFor(scene, token, {})], method: 'GET', url: URL } } };
}

const forwarded: Make = async (scene, good): Promise<Call> => ({
  token: (await toCertificate(scene, good)) as string,
  headers: {
    'x-forwarded-client-cert': `Hash=${createHash('sha256').update(certificate).digest('hex')}`,
    'x-ssl-client-cert': certificate.toString('base64'),
    'ssl-client-cert': certificate.toString('base64'),
    'client-cert': `:${certificate.toString('base64')}:`,
  },
});

export const BINDING_ATTACKS = [
  plain('a token bound to a certificate, sent as plain Bearer', 'BINDING_MISSING', toCertificate),
  plain('a token bound to a DPoP key, sent as plain Bearer', 'BINDING_MISSING', toProof),
  plain('a bound token with forwarded-certificate headers of its own', 'BINDING_MISSING', forwarded),
  row('a bound token without a certificate', 'BINDING_MISSING', withCertificate(), withCertificate(certificate)),
  row(
    'a bound token with another certificate',
    'BINDING_MISMATCH',
    withCertificate(Buffer.from('of another')),
    withCertificate(certificate),
  ),
  row(
    'a bound token with an empty certificate',
    'BINDING_MISMATCH',
    withCertificate(Buffer.alloc(0)),
    withCertificate(certificate),
  ),
  row(
    'DPoP: no proof',
    'BINDING_MISSING',
    proven(() => ({ call: { proofs: [] } })),
    proven(),
  ),
  row(
    'DPoP: two proofs',
    'CREDENTIAL_AMBIGUOUS',
    proven((scene, token) => ({ call: { proofs: [proofFor(scene, token, {}), proofFor(scene, token, {})] } })),
    proven(),
  ),
  row('DPoP: a proof for a token that is not bound', 'BINDING_MISMATCH', unboundWithProof),
  row('DPoP: a symmetric key', 'BINDING_MISMATCH', symmetric, proven()),
  defect('garbage', () => ({ call: { proofs: ['garbage'] } })),
  defect('the access token itself', (_, token) => ({ call: { proofs: [token] } })),
  defect('typ JWT', () => ({ header: { typ: 'JWT' } })),
  defect('typ missing', () => ({ header: { typ: undefined } })),
  defect('a critical extension', () => ({ header: { crit: ['exp'] } })),
  defect('a private key in the header', ({ client }) => ({
    header: { jwk: client.privateKey.export({ format: 'jwk' }) },
  })),
  defect('no key in the header', () => ({ header: { jwk: undefined } })),
  defect('the key of the attacker', ({ stranger }) => ({ key: stranger })),
  defect('the right key shown, signed by another', ({ client, stranger }) => ({
    key: stranger,
    header: { jwk: client.jwk },
  })),
  claim('htm', 'POST'),
  claim('htm', 'get'),
  claim('htm', undefined),
  claim('htu', 'https://attacker.example/stock'),
  claim('htu', 'http://inventory.internal/stock'),
  claim('htu', 'https://inventory.internal/stock/SKU-1'),
  claim('htu', 'https://inventory.internal:8443/stock'),
  claim('htu', undefined),
  defect('ath of another token', () => ({ claims: { ath: digest('another token') } })),
  claim('ath', undefined),
  claim('jti', undefined),
  claim('jti', ''),
  claim('iat', undefined),
  claim('iat', 'now'),
  defect('made a minute ago', ({ now }) => ({ claims: { iat: now - 60 } })),
  defect('made for a minute ahead', ({ now }) => ({ claims: { iat: now + 60 } })),
];
