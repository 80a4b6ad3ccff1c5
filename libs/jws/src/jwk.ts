import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isSigningAlgorithm, type SigningAlgorithm } from '@mintmark/contract';
import { keyFits, RSA_MODULUS_BITS } from './algorithms.ts';
import { decodeBase64url } from './base64url.ts';
import { isJsonObject, type JsonObject } from './strict-json.ts';

/** A public key of a key set (RFC 7517): `kty` and its parameters, with `alg`, `use` and `kid`. */
export interface PublicJwk extends JsonObject {
  readonly kty: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
  /** RFC 7638 thumbprint. */
  readonly kid: string;
}

/** A public key ready to verify with: one key, one algorithm. */
export interface VerificationKey {
  readonly algorithm: SigningAlgorithm;
  /** RFC 7638 SHA-256 thumbprint, base64url. */
  readonly thumbprint: string;
  readonly publicKey: KeyObject;
}

/** `private`: holds a secret member. `unsupported`: not a kind we know. `weak`: too small or a bad exponent. */
export type JwkDefect = 'malformed' | 'private' | 'unsupported' | 'weak';

export type ImportedJwk =
  { readonly ok: true; readonly key: VerificationKey } | { readonly ok: false; readonly defect: JwkDefect };

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2, RFC 9964 §3. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

interface KeyKind {
  readonly kty: string;
  readonly crv?: string;
  /** Members of the RFC 7638 thumbprint besides `kty`, in lexical order where `kty` sorts among them. */
  readonly thumbprint: readonly string[];
  /** Members that carry bytes; a number fixes their length. */
  readonly bytes: Readonly<Record<string, number | undefined>>;
}

const p256: KeyKind = { kty: 'EC', crv: 'P-256', thumbprint: ['crv', 'kty', 'x', 'y'], bytes: { x: 32, y: 32 } };
const ed25519: KeyKind = { kty: 'OKP', crv: 'Ed25519', thumbprint: ['crv', 'kty', 'x'], bytes: { x: 32 } };
const rsa: KeyKind = { kty: 'RSA', thumbprint: ['e', 'kty', 'n'], bytes: { e: undefined, n: undefined } };
const mlDsa44: KeyKind = { kty: 'AKP', thumbprint: ['alg', 'kty', 'pub'], bytes: { pub: 1312 } };

const KIND_OF: Readonly<Record<SigningAlgorithm, KeyKind>> = {
  ES256: p256,
  EdDSA: ed25519,
  Ed25519: ed25519,
  RS256: rsa,
  PS256: rsa,
  'ML-DSA-44': mlDsa44,
};

/**
 * Imports one member of a key set for verifying. `alg` is required: a key that does not say what it is for could be
 * used for something else than its owner meant.
 */
export function importPublicJwk(jwk: unknown): ImportedJwk {
  if (!isJsonObject(jwk)) return refused('malformed');
  if (hasPrivateMember(jwk)) return refused('private');
  const algorithm = jwk['alg'];
  if (!isSigningAlgorithm(algorithm) || !isForVerifying(jwk)) return refused('unsupported');
  const kind = KIND_OF[algorithm];
  if (jwk['kty'] !== kind.kty || jwk['crv'] !== kind.crv) return refused('unsupported');
  return hasCanonicalBytes(jwk, kind) ? importOfKind(jwk, kind, algorithm) : refused('malformed');
}

export function hasPrivateMember(jwk: JsonObject): boolean {
  return PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name));
}

/** The public half of a key as it stands in a key set. */
export function publicJwkOf(key: KeyObject, algorithm: SigningAlgorithm): PublicJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  if (!keyFits(algorithm, publicKey)) throw new TypeError(`not a key for ${algorithm}`);
  const { kty = '', ...parameters } = publicKey.export({ format: 'jwk' }) as JsonWebKey & Record<string, string>;
  const jwk = { kty, ...parameters, alg: algorithm, use: 'sig' as const };
  return { ...jwk, kid: thumbprintOf(jwk, KIND_OF[algorithm]) };
}

/** RFC 7638 SHA-256 thumbprint of a public JWK, base64url; `undefined` for a kind of key Mintmark does not use. */
export function jwkThumbprint(jwk: JsonObject): string | undefined {
  const kind = Object.values(KIND_OF).find(({ kty, crv }) => kty === jwk['kty'] && crv === jwk['crv']);
  return kind && thumbprintOf(jwk, kind);
}

function importOfKind(jwk: JsonObject, kind: KeyKind, algorithm: SigningAlgorithm): ImportedJwk {
  const publicKey = createKey(jwk, kind);
  if (!publicKey) return refused('malformed');
  if (!keyFits(algorithm, publicKey)) return refused('weak');
  return { ok: true, key: { algorithm, publicKey, thumbprint: thumbprintOf(jwk, kind) } };
}

/** Only the members of the kind reach OpenSSL. A point off the curve makes it throw. */
function createKey(jwk: JsonObject, kind: KeyKind): KeyObject | undefined {
  const members = [...kind.thumbprint, 'alg'].map((name) => [name, jwk[name]]);
  try {
    return createPublicKey({ key: Object.fromEntries(members) as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isForVerifying(jwk: JsonObject): boolean {
  const { use, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function hasCanonicalBytes(jwk: JsonObject, kind: KeyKind): boolean {
  return Object.entries(kind.bytes).every(([name, length]) => {
    const text = jwk[name];
    const bytes = typeof text === 'string' ? decodeBase64url(text) : undefined;
    return bytes !== undefined && (length === undefined ? isCanonicalInteger(bytes) : bytes.length === length);
  });
}

/** RFC 7518 §2, Base64urlUInt: no leading zero. The bound keeps absurd sizes away from OpenSSL. */
function isCanonicalInteger(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes[0] !== 0 && bytes.length * 8 <= RSA_MODULUS_BITS.maximum;
}

function thumbprintOf(jwk: JsonObject, kind: KeyKind): string {
  const members = kind.thumbprint.map((name) => [name, jwk[name]]);
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
}

function refused(defect: JwkDefect): ImportedJwk {
  return { ok: false, defect };
}
