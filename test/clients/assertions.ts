// Assertions for tests and proofs, good ones and all kinds of bad ones, each signed with a real key.
import { createHmac, randomUUID, type KeyObject } from 'node:crypto';
import {
  encodeSigningInput,
  generateSigningKeyPairSync,
  joinCompact,
  publicJwkOf,
  signBytes,
  type PublicJwk,
} from '@mintmark/jws';
import type { SigningAlgorithm } from '@mintmark/contract';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * How long after the first connection a Redis that was started decides about assertions, in seconds: three times what clocks may be
 * off, a second by which the whole seconds of `iat` lie in the past, and two for the connection that sets the mark.
 */
export const REDIS_DECIDES_AFTER_SECONDS = 3 * 10 + 1 + 2;

export interface AssertionKey {
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly jwk: PublicJwk;
}

export function newAssertionKey(algorithm: SigningAlgorithm = 'ES256'): AssertionKey {
  const { privateKey, publicKey } = generateSigningKeyPairSync(algorithm);
  return { algorithm, privateKey, jwk: publicJwkOf(publicKey, algorithm) };
}

export interface AssertionParts {
  /** Members to add or replace; `undefined` leaves one out. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Milliseconds; default: the clock of this process. */
  readonly now?: number;
}

/** What a client signs for itself (RFC 7523 §2.2). */
export function clientAssertion(
  key: AssertionKey,
  { clientId, issuer }: { readonly clientId: string; readonly issuer: string },
  { header, claims, now = Date.now() }: AssertionParts = {},
): string {
  const iat = Math.floor(now / 1000);
  const usual = { iss: clientId, sub: clientId, aud: issuer, iat, exp: iat + 60, jti: randomUUID() };
  return signJwt(key, { typ: 'client-authentication+jwt', ...header }, { ...usual, ...claims });
}

/** What the API server of a Kubernetes cluster makes for a pod (TokenRequest API). */
export function serviceAccountToken(
  key: AssertionKey,
  { issuer, audience, namespace, name, uid = 'f9c1' }: ServiceAccount,
  { header, claims, now = Date.now() }: AssertionParts = {},
): string {
  const iat = Math.floor(now / 1000);
  const usual = {
    aud: [audience],
    exp: iat + 3_607,
    iat,
    iss: issuer,
    jti: randomUUID(),
    'kubernetes.io': { namespace, pod: { name: `${name}-5d4`, uid: 'a01b' }, serviceaccount: { name, uid } },
    nbf: iat,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return signJwt(key, { ...header }, { ...usual, ...claims });
}

export interface ServiceAccount {
  readonly issuer: string;
  readonly audience: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** A JWT-SVID as SPIRE makes it: without `iss` and `jti`. */
export function svid(
  key: AssertionKey,
  { subject, audience }: { readonly subject: string; readonly audience: string },
  { header, claims, now = Date.now() }: AssertionParts = {},
): string {
  const iat = Math.floor(now / 1000);
  return signJwt(key, { typ: 'JWT', ...header }, { aud: [audience], exp: iat + 300, iat, sub: subject, ...claims });
}

/** A token of a GitHub Actions workflow. */
export function workflowToken(
  key: AssertionKey,
  { issuer, audience, repository }: { readonly issuer: string; readonly audience: string; readonly repository: string },
  { header, claims, now = Date.now() }: AssertionParts = {},
): string {
  const iat = Math.floor(now / 1000);
  const usual = {
    jti: randomUUID(),
    sub: `repo:${repository}:ref:refs/heads/main`,
    aud: audience,
    ref: 'refs/heads/main',
    repository,
    repository_id: '74',
    repository_owner: repository.split('/')[0],
    workflow: 'deploy',
    iss: issuer,
    nbf: iat - 600,
    exp: iat + 300,
    iat,
  };
  return signJwt(key, { typ: 'JWT', x5t: 'eBPrIjDzKTJlpOGFtn4lGxqAJGM', ...header }, { ...usual, ...claims });
}

/** What an OpenID Connect issuer makes for machines. */
export function machineToken(
  key: AssertionKey,
  { issuer, audience, subject }: { readonly issuer: string; readonly audience: string; readonly subject: string },
  { header, claims, now = Date.now() }: AssertionParts = {},
): string {
  const iat = Math.floor(now / 1000);
  const usual = { iss: issuer, sub: subject, aud: audience, iat, exp: iat + 3_600, jti: randomUUID() };
  return signJwt(key, { typ: 'JWT', x5t: 'eBPrIjDzKTJlpOGFtn4lGxqAJGM', ...header }, { ...usual, ...claims });
}

/** Signs with the key, whatever the header then says. */
export function signJwt(key: AssertionKey, header: object, claims: object): string {
  const input = encodeSigningInput({ alg: key.algorithm, kid: key.jwk.kid, ...header }, claims);
  return joinCompact(input, signBytes(key.algorithm, key.privateKey, Buffer.from(input, 'latin1')));
}

/** The oldest trick: HMAC under the public key, in a form that a careless server hands to its HMAC. */
export function hmacWithPublicKey(key: AssertionKey, header: object, claims: object): string {
  const input = encodeSigningInput({ alg: 'HS256', kid: key.jwk.kid, ...header }, claims);
  return joinCompact(input, createHmac('sha256', JSON.stringify(key.jwk)).update(input).digest());
}

/** Not signed at all. */
export function unsigned(header: object, claims: object): string {
  return `${encodeSigningInput({ alg: 'none', ...header }, claims)}.`;
}

export function claimsIn(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
