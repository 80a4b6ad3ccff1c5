/** A scheme, and then only characters that RFC 3986 lets stand in a URI; so no fragment, which RFC 8707 §2 forbids. */
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21\x24-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]+$/;

/** An absolute URI without a fragment, as a resource indicator is (RFC 8707 §2). */
export function isAbsoluteUri(text: string): boolean {
  return ABSOLUTE_URI.test(text) && URL.canParse(text);
}
