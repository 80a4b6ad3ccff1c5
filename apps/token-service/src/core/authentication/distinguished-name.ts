/** A relative distinguished name: its attributes as `TYPE=value`, in one order. */
type Rdn = string;

/**
 * Reads a distinguished name as RFC 4514 writes it, the most specific part first: `CN=orders,OU=shop,O=Example`.
 * @returns its parts from the root on, values without their escapes
 */
export function parseDistinguishedName(text: string): readonly Rdn[] {
  return splitAt(text, ',').map(parseRdn).toReversed();
}

/** Reads the `subject` of node's X509Certificate: a line for each part, from the root on, escaped as RFC 2253 has it. */
export function parseSubject(subject: string): readonly Rdn[] {
  return subject.split('\n').map(parseRdn);
}

/** Whether two names are the same, part for part. Values are compared exactly: case and spaces count (RFC 8705 §2.1.2 leaves it open). */
export function isSameName(one: readonly Rdn[], other: readonly Rdn[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

function parseRdn(text: string): Rdn {
  return splitAt(text, '+').map(parseAttribute).sort().join('+');
}

/** The type in upper case, the value as JSON: what stands between two attributes can then not be part of one. */
function parseAttribute(text: string): string {
  const equals = text.indexOf('=');
  const type = text.slice(0, equals).trim().toUpperCase();
  return `${type}=${JSON.stringify(unescape(trimValue(text.slice(equals + 1))))}`;
}

/** Spaces around a value do not belong to it, unless the last is escaped. */
function trimValue(text: string): string {
  const trimmed = text.trim();
  return /(?<!\\)(?:\\\\)*\\$/.test(trimmed) ? `${trimmed} ` : trimmed;
}

/** RFC 4514 §2.4: a backslash before a special character, or before two hexadecimal digits of UTF-8. */
function unescape(value: string): string {
  const bytes = value.match(/\\[0-9A-Fa-f]{2}|\\.|[^\\]+/gsu) ?? [];
  return Buffer.concat(bytes.map(unescapePart)).toString('utf8');
}

function unescapePart(part: string): Buffer {
  if (/^\\[0-9A-Fa-f]{2}$/.test(part)) return Buffer.from(part.slice(1), 'hex');
  return Buffer.from(part.startsWith('\\') ? part.slice(1) : part, 'utf8');
}

/** Splits where the separator is not escaped. */
function splitAt(text: string, separator: ',' | '+'): readonly string[] {
  const parts: string[] = [''];
  for (const [piece] of text.matchAll(/\\.|[^\\]/gsu)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
