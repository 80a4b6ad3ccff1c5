import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { UsageError } from '../output/usage-error.ts';

type Jwk = Readonly<Record<string, unknown>>;

/** What goes to the service of a JWK, beside the key itself. */
const DESCRIBING = ['kid', 'alg', 'use'];
/** Only private and symmetric keys have them (RFC 7518 §6, RFC 9964). */
const PRIVATE = ['d', 'k', 'priv'];

/**
 * The public keys in a file: PEM, a JWK or a JWK Set. A private one is refused here, so that it never leaves the machine.
 * @throws UsageError
 */
export function publicKeysIn(text: string, path: string): readonly Jwk[] {
  const keys = text.trimStart().startsWith('{') ? jwksIn(text, path) : [keyIn(text, path)];
  if (keys.length > 0 && keys.every((key) => key !== undefined)) return keys;
  throw new UsageError(`${path} holds no public key. It takes PEM, a JWK or a JWK Set.`);
}

/**
 * The public key of a certificate in PEM.
 * @throws UsageError
 */
export function certifiedKeyIn(text: string, path: string): Jwk {
  const certificate = orNothing(() => new X509Certificate(text));
  if (!certificate) throw new UsageError(`${path} holds no certificate. It takes one in PEM.`);
  return exported(certificate.publicKey);
}

function keyIn(pem: string, path: string): Jwk | undefined {
  if (pem.includes('PRIVATE KEY')) throw isPrivate(path);
  const key = orNothing(() => createPublicKey(pem));
  return key && exported(key);
}

function jwksIn(json: string, path: string): readonly (Jwk | undefined)[] {
  const parsed = orNothing(() => JSON.parse(json) as Jwk);
  const listed = parsed?.['keys'] ?? [parsed];
  return Array.isArray(listed) ? listed.map((jwk: Jwk | null | undefined) => publicJwk(jwk ?? {}, path)) : [];
}

function publicJwk(jwk: Jwk, path: string): Jwk | undefined {
  if (PRIVATE.some((member) => jwk[member] !== undefined)) throw isPrivate(path);
  const key = orNothing(() => createPublicKey({ key: jwk, format: 'jwk' }));
  const described = Object.entries(jwk).filter(([name]) => DESCRIBING.includes(name));
  return key && { ...exported(key), ...Object.fromEntries(described) };
}

function exported(key: KeyObject): Jwk {
  return { ...key.export({ format: 'jwk' }) };
}

function isPrivate(path: string): UsageError {
  return new UsageError(
    `${path} holds a private key, which nobody but the client should have. Take its public half: openssl pkey -in key.pem -pubout`,
  );
}

function orNothing<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
