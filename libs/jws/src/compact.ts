import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { signBytes } from './algorithms.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { isJsonObject, parseStrictJson, type JsonObject } from './strict-json.ts';

/** Longest token, in characters, that Mintmark reads. */
export const MAX_TOKEN_LENGTH = 8192;

/** A compact JWS (RFC 7515 §7.1) taken apart; nothing in it is verified yet. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** The exact bytes the signature covers. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Where the two dots stand, and a third if there is one (-1 where there is none). */
export interface Dots {
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

/** Finds the dots without splitting, so that a million of them costs nothing. */
export function findDots(token: string): Dots {
  const first = token.indexOf('.');
  const second = first < 0 ? -1 : token.indexOf('.', first + 1);
  return { first, second, third: second < 0 ? -1 : token.indexOf('.', second + 1) };
}

/**
 * Takes a compact JWS apart, strictly: at most {@link MAX_TOKEN_LENGTH} characters, exactly three parts, canonical
 * base64url, and a header and payload that are objects in strict JSON.
 * @returns `undefined` if any of that fails; says nothing about the signature
 */
export function parseCompact(token: string): CompactJws | undefined {
  const { first, second, third } = findDots(token);
  if (token.length > MAX_TOKEN_LENGTH || second < 0 || third >= 0) return undefined;
  const header = decodeObject(token.slice(0, first));
  const payload = decodeObject(token.slice(first + 1, second));
  const signature = decodeBase64url(token.slice(second + 1));
  if (!header || !payload || !signature?.length) return undefined;
  return { header, payload, signature, signingInput: Buffer.from(token.slice(0, second), 'latin1') };
}

/** The bytes to sign: header and claims as base64url with a dot between them. */
export function encodeSigningInput(header: object, claims: object): string {
  return `${encodeBase64url(JSON.stringify(header))}.${encodeBase64url(JSON.stringify(claims))}`;
}

/** A compact JWS from its signing input and a signature in JOSE form. */
export function joinCompact(signingInput: string, signature: Uint8Array): string {
  return `${signingInput}.${encodeBase64url(signature)}`;
}

/**
 * Encodes and signs in one step, with the algorithm the header names.
 * @throws TypeError if the private key is not of the kind that algorithm takes
 */
export function signCompact(header: { readonly alg: SigningAlgorithm }, claims: object, key: KeyObject): string {
  const input = encodeSigningInput(header, claims);
  return joinCompact(input, signBytes(header.alg, key, Buffer.from(input, 'latin1')));
}

function decodeObject(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const value = bytes && parseStrictJson(bytes);
  return isJsonObject(value) ? value : undefined;
}
