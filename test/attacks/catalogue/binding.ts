import { createHash, createHmac, randomUUID, X509Certificate } from 'node:crypto';
import { encodeBase64url, joinCompact, signCompact } from '@mintmark/jws';
import type { TestCertificate, TestKey } from '@mintmark/testing';
import { attacksOn, LIBRARY_ONLY, withClaims, type Call, type Good, type Make } from '../attack.ts';
import type { Scene } from '../scene.ts';

const row = attacksOn('binding');
/** No connection shows such a certificate. */
const rawRow = attacksOn('binding', LIBRARY_ONLY);

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('base64url');
const contentOf = ({ cert }: TestCertificate) => new X509Certificate(cert).raw;

const toCertificate = withClaims((_, { certificates }) => ({ cnf: { 'x5t#S256': certificates.own.thumbprint } }));
const toProof = withClaims((_, { client }) => ({ cnf: { jkt: client.kid } }));

const withCertificate =
  (name?: keyof Scene['certificates']): Make =>
  async (scene, good): Promise<Call> => {
    const token = (await toCertificate(scene, good)) as string;
    const certificate = name && scene.certificates[name];
    return certificate ? { token, certificate, evidence: { clientCertificate: contentOf(certificate) } } : { token };
  };

interface Proof {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: TestKey;
  /** In place of the one that all this makes. */
  readonly proofs?: readonly string[];
}

type Change = (scene: Scene, token: string) => Proof;

function proofFor(scene: Scene, token: string, { header, claims, key = scene.client }: Proof): string {
  const { kty, crv, x, y } = key.jwk as unknown as Record<string, string>;
  const head = { alg: key.algorithm, typ: 'dpop+jwt', jwk: { kty, crv, x, y }, ...header };
  return signCompact(head, { ...proofClaims(scene, token), ...claims }, key.privateKey);
}

function proofClaims({ called: { method, url }, now }: Scene, token: string) {
  return { jti: randomUUID(), htm: method, htu: url, iat: now, ath: digest(token) };
}

function shown({ called }: Scene, token: string, proofs: readonly string[]): Call {
  return { token, evidence: { dpop: { proofs, ...called } } };
}

/** A bound token with one proof, good but for the change. */
export const proven =
  (change: Change = () => ({})): Make =>
  async (scene, good): Promise<Call> => {
    const token = (await toProof(scene, good)) as string;
    const parts = change(scene, token);
    return shown(scene, token, parts.proofs ?? [proofFor(scene, token, parts)]);
  };

const defect = (name: string, change: Change) => row(`DPoP: ${name}`, 'BINDING_MISMATCH', proven(change), proven());

const claim = (name: string, value: unknown) =>
  defect(`${name} ${JSON.stringify(value) ?? 'missing'}`, () => ({ claims: { [name]: value } }));

/** Another URL than the one that is called. */
const target = (name: string, change: (url: string) => string) =>
  defect(`htu ${name}`, ({ called }) => ({ claims: { htu: change(called.url) } }));

/** A proof with an HMAC whose secret is the very key it shows. */
const symmetric: Make = async (scene, good): Promise<Call> => {
  const token = (await toProof(scene, good)) as string;
  const secret = Buffer.alloc(32, 7);
  const header = { alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: secret.toString('base64url') } };
  const input = [header, proofClaims(scene, token)].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
  const proof = joinCompact(input, createHmac('sha256', secret).update(input).digest());
  return shown(scene, token, [proof]);
};

async function unboundWithProof(scene: Scene, { claims, header, key }: Good): Promise<Call> {
  const token = scene.sign({ claims, header, key });
  return shown(scene, token, [proofFor(scene, token, {})]);
}

const forwarded: Make = async (scene, good): Promise<Call> => {
  const certificate = contentOf(scene.certificates.own);
  return {
    token: (await toCertificate(scene, good)) as string,
    headers: {
      'x-forwarded-client-cert': `Hash=${createHash('sha256').update(certificate).digest('hex')}`,
      'x-ssl-client-cert': certificate.toString('base64'),
      'ssl-client-cert': certificate.toString('base64'),
      'client-cert': `:${certificate.toString('base64')}:`,
    },
  };
};

export const BINDING_ATTACKS = [
  row('a token bound to a certificate, sent as plain Bearer', 'BINDING_MISSING', toCertificate),
  row('a token bound to a DPoP key, sent as plain Bearer', 'BINDING_MISSING', toProof),
  row('a bound token with forwarded-certificate headers of its own', 'BINDING_MISSING', forwarded),
  row('a bound token without a certificate', 'BINDING_MISSING', withCertificate(), withCertificate('own')),
  row('a bound token with another certificate', 'BINDING_MISMATCH', withCertificate('other'), withCertificate('own')),
  rawRow(
    'a bound token with an empty certificate',
    'BINDING_MISMATCH',
    async (scene, good) => ({
      token: (await toCertificate(scene, good)) as string,
      evidence: { clientCertificate: Buffer.alloc(0) },
    }),
    withCertificate('own'),
  ),
  row(
    'DPoP: no proof',
    'BINDING_MISSING',
    proven(() => ({ proofs: [] })),
    proven(),
  ),
  row(
    'DPoP: two proofs',
    'CREDENTIAL_AMBIGUOUS',
    proven((scene, token) => ({ proofs: [proofFor(scene, token, {}), proofFor(scene, token, {})] })),
    proven(),
  ),
  row('DPoP: a proof for a token that is not bound', 'BINDING_MISMATCH', unboundWithProof),
  row('DPoP: a symmetric key', 'BINDING_MISMATCH', symmetric, proven()),
  defect('garbage', () => ({ proofs: ['garbage'] })),
  defect('the access token itself', (_, token) => ({ proofs: [token] })),
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
  claim('htm', 'PUT'),
  defect('htm in another case', ({ called }) => ({ claims: { htm: called.method.toLowerCase() } })),
  claim('htm', undefined),
  claim('htu', 'https://attacker.example/stock'),
  target('in clear', (url) => url.replace('https:', 'http:')),
  target('of a path below', (url) => `${url}/SKU-1`),
  target('at another port', (url) => url.replace('.internal', '.internal:8443')),
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
