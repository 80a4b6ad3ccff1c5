import type { AccessTokenHeader } from '@mintmark/contract';
import { findDots, isJsonObject, parseJson, type Dots, type JsonObject } from '@mintmark/jws';

/** A token as it came, with the places of its dots. */
export interface TokenText {
  readonly token: string;
  readonly dots: Dots;
}

/** One part of a token: as it came, decoded, and for header and payload the text and value in it. */
export interface Segment {
  readonly encoded: string;
  readonly bytes: Buffer;
  readonly json?: { readonly text: string; readonly value: JsonObject };
}

/** A header whose members were checked. */
export type TokenHeader = AccessTokenHeader;

// The readers below are lenient on purpose: what they let through is refused by a check that has a name and a test.

export function readText(token: string): TokenText {
  return { token, dots: findDots(token) };
}

export function readSegments({ token, dots }: TokenText): [header: Segment, payload: Segment, signature: Segment] {
  const { first, second, third } = dots;
  return [
    readSegment(token.slice(0, Math.max(0, first))),
    readSegment(token.slice(first + 1, Math.max(0, second))),
    readSegment(token.slice(second + 1, third < 0 ? token.length : third)),
  ];
}

/** @returns the segment with its JSON, or `undefined` if it holds no JSON object at all */
export function readJson({ encoded, bytes }: Segment): Required<Segment> | undefined {
  const text = bytes.toString('utf8');
  const value = parseJson(text);
  return isJsonObject(value) ? { encoded, bytes, json: { text, value } } : undefined;
}

/** The exact bytes the signature covers (RFC 7515 §5.1). */
export function signingInputOf({ token, dots }: TokenText): Buffer {
  return Buffer.from(token.slice(0, dots.second), 'latin1');
}

function readSegment(encoded: string): Segment {
  return { encoded, bytes: Buffer.from(encoded, 'base64url') };
}
