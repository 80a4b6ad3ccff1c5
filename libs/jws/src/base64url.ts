/** base64url without padding (RFC 4648 §5, RFC 7515 §2). Text is taken as UTF-8. */
export function encodeBase64url(content: Uint8Array | string): string {
  return (typeof content === 'string' ? Buffer.from(content, 'utf8') : asBuffer(content)).toString('base64url');
}

/**
 * Decodes base64url in its one canonical spelling.
 * @returns the bytes, or `undefined` for padding, white space, `+`, `/`, other characters or unused bits that are not zero
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return isCanonicalBase64url(text, bytes) ? bytes : undefined;
}

/**
 * Whether `text` is the one spelling of `bytes`. Buffer's decoder skips what it does not know, so two texts can give
 * the same bytes; encoding again and comparing leaves exactly one.
 */
export function isCanonicalBase64url(text: string, bytes: Uint8Array): boolean {
  return asBuffer(bytes).toString('base64url') === text;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
