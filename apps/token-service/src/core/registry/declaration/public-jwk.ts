import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { importAssertionKey } from '../../model/assertion-key.ts';

/** Members that only a private or symmetric key has (RFC 7518 §6, RFC 8037 §2, RFC 9964). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const COMMON_MEMBERS = ['kty', 'kid', 'alg', 'use', 'key_ops', 'x5c', 'x5t#S256'];
const KEY_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['RSA', ['n', 'e']],
]);
const CURVES: readonly unknown[] = ['P-256', 'P-384', 'P-521', 'Ed25519'];
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

type JwkMembers = Readonly<Record<string, unknown>>;

/** What is wrong with a registered public key, if anything; says nothing of its values. */
export function jwkDefect(jwk: JwkMembers): string | undefined {
  const leaked = PRIVATE_MEMBERS.find((member) => member in jwk);
  if (leaked !== undefined) {
    return `the key has the private member "${leaked}": register its public half alone, and replace it, for it is no longer secret`;
  }
  return membersDefect(jwk) ?? materialDefect(jwk);
}

/** Why no assertion can be verified with a key that is sound in itself. */
export function assertionKeyDefect(jwk: JwkMembers): string | undefined {
  return importAssertionKey(jwk)
    ? undefined
    : 'there is no algorithm of assertions for the key: take EC P-256, Ed25519 or RSA';
}

function membersDefect(jwk: JwkMembers): string | undefined {
  const own = KEY_MEMBERS.get(jwk['kty']);
  if (!own) return 'kty is none of EC, OKP, RSA';
  const unknown = Object.keys(jwk).find((member) => !own.includes(member) && !COMMON_MEMBERS.includes(member));
  if (unknown !== undefined) return `the key has a member that is not one of ${[...COMMON_MEMBERS, ...own].join(', ')}`;
  if (own.includes('crv') && !CURVES.includes(jwk['crv'])) return 'crv is none of P-256, P-384, P-521, Ed25519';
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig' && jwk['use'] !== 'jwt-svid') return 'use is not "sig"';
  const { kid, alg } = jwk;
  if ([kid, alg].some((member) => member !== undefined && (typeof member !== 'string' || member === ''))) {
    return 'kid and alg are text';
  }
  const operations = jwk['key_ops'];
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.every((operation) => operation === 'verify'))
  ) {
    return 'key_ops is not ["verify"]';
  }
  return undefined;
}

function materialDefect(jwk: JwkMembers): string | undefined {
  const key = importKey(jwk);
  if (!key) return 'the key does not parse: its values are not canonical base64url of a point or modulus';
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)) {
    return `an RSA key has ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`;
  }
  return jwk['x5c'] === undefined || certifies(jwk['x5c'], key)
    ? undefined
    : 'x5c does not begin with a certificate of this key';
}

function importKey(jwk: JwkMembers): KeyObject | undefined {
  const members = KEY_MEMBERS.get(jwk['kty']) ?? [];
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const canonical = key.export({ format: 'jwk' }) as JwkMembers;
    return members.every((member) => canonical[member] === jwk[member]) ? key : undefined;
  } catch {
    return undefined;
  }
}

function certifies(x5c: unknown, key: KeyObject): boolean {
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  if (typeof first !== 'string') return false;
  try {
    return new X509Certificate(Buffer.from(first, 'base64')).publicKey.equals(key);
  } catch {
    return false;
  }
}
