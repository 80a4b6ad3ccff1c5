import { isUtf8 } from 'node:buffer';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** How deep tokens and key sets may nest: `{}` is 1, `{"a":[]}` is 2. */
export const MAX_JSON_DEPTH = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Parses JSON that means the same to every parser (I-JSON, RFC 7493): strict UTF-8 without a byte order mark, no
 * duplicate names, numbers that fit a double, no lone surrogates, at most {@link MAX_JSON_DEPTH} levels.
 * @returns the value, or `undefined` if any of that fails
 */
export function parseStrictJson(content: Uint8Array): JsonValue | undefined {
  if (!isUtf8(content)) return undefined;
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
  const value = parseJson(text);
  if (value === undefined || !isNestedAtMost(value, MAX_JSON_DEPTH)) return undefined;
  return hasUniqueNames(text, value) && isInteroperable(value) ? value : undefined;
}

/** `JSON.parse` with `undefined` in place of an exception. Keeps the last of duplicate names, as every engine does. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNestedAtMost(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && childrenOf(value).every((child) => isNestedAtMost(child, levels - 1));
}

/**
 * Whether no object in `text` repeats a name, `value` being what `JSON.parse` made of it. A repeated name, escaped or
 * not, collapses into one member: then the text has more names than the value has members.
 */
export function hasUniqueNames(text: string, value: JsonValue): boolean {
  return countNames(text) === countMembers(value);
}

/** No number that overflowed to infinity and no lone surrogate, in names or values (RFC 7493 §2). */
export function isInteroperable(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    childrenOf(value).every(isInteroperable) &&
    (Array.isArray(value) || Object.keys(value).every((name) => name.isWellFormed()))
  );
}

function childrenOf(value: readonly JsonValue[] | JsonObject): readonly JsonValue[] {
  return Object.values(value) as readonly JsonValue[];
}

function countMembers(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children = childrenOf(value);
  let members = Array.isArray(value) ? 0 : children.length;
  for (const child of children) members += countMembers(child);
  return members;
}

/** In well-formed JSON each colon outside a string follows exactly one name. */
function countNames(text: string): number {
  let names = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) names++;
  }
  return names;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
