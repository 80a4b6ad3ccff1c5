import { isUtf8 } from 'node:buffer';
import {
  hasUniqueNames,
  isCanonicalBase64url,
  isInteroperable,
  isNestedAtMost,
  MAX_JSON_DEPTH,
  MAX_TOKEN_LENGTH,
} from '@mintmark/jws';
import { requirement } from './check.ts';

const shapeRequires = requirement('text', 2);
const encodingRequires = requirement('encoding', 3);
const jsonRequires = requirement('json', 4);

export const tokenSize = shapeRequires(
  'token-size',
  'TOKEN_TOO_LARGE',
  ({ token }) => token.length <= MAX_TOKEN_LENGTH,
);

/** RFC 7515 §7.1. A fourth part would be bytes that nobody signed; five parts are a JWE. */
export const threeParts = shapeRequires(
  'three-parts',
  'TOKEN_MALFORMED',
  ({ dots }) => dots.second >= 0 && dots.third < 0,
);

/** Two spellings of one token would be two entries in every log, cache and deny list. */
export const canonicalBase64url = encodingRequires('canonical-base64url', 'TOKEN_MALFORMED', ({ segments }) =>
  segments.every(({ encoded, bytes }) => isCanonicalBase64url(encoded, bytes)),
);

/** Decoders replace broken sequences by U+FFFD: different claims would read the same. */
export const strictUtf8 = jsonRequires('strict-utf8', 'TOKEN_MALFORMED', ({ bytes }) => isUtf8(bytes));

export const jsonDepth = jsonRequires('json-depth', 'TOKEN_MALFORMED', ({ json }) =>
  isNestedAtMost(json.value, MAX_JSON_DEPTH),
);

/** RFC 7519 §4: parsers disagree on which of two equal names counts. */
export const uniqueNames = jsonRequires('unique-names', 'TOKEN_MALFORMED', ({ json }) =>
  hasUniqueNames(json.text, json.value),
);

/** RFC 7493 §2: numbers past a double and lone surrogates mean something else to every parser. */
export const interoperableJson = jsonRequires('interoperable-json', 'TOKEN_MALFORMED', ({ json }) =>
  isInteroperable(json.value),
);
