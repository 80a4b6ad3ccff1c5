import { isAbsolute } from 'node:path';

/** Which token, and the library that speaks to it (RFC 7512). */
export interface TokenAddress {
  readonly modulePath: string;
  /** Every attribute that is given must fit; one token at most may. */
  readonly token?: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly model?: string;
}

export interface ParsedPkcs11Uri {
  readonly address: TokenAddress;
  /** The file of its PIN, if it has one of its own. */
  readonly pinFile?: string;
}

const TOKEN_ATTRIBUTES = ['token', 'serial', 'manufacturer', 'model'] as const;
const ACCESS_ATTRIBUTES = ['module-path', 'pin-source'];

export const PKCS11_URI_FORM = 'pkcs11:token=<label>?module-path=<absolute path of the PKCS#11 library>';

/** @returns what is wrong with it, as the end of "takes …" */
export function parsePkcs11Uri(uri: string): ParsedPkcs11Uri | { readonly problem: string } {
  const [, path = '', query = ''] = /^pkcs11:([^?#]*)(?:\?([^#]*))?$/.exec(uri) ?? [];
  const token = attributesOf(path, ';');
  const access = attributesOf(query, '&');
  if (!token || !access) return { problem: PKCS11_URI_FORM };
  const unknown = [
    ...[...token.keys()].filter((name) => !(TOKEN_ATTRIBUTES as readonly string[]).includes(name)),
    ...[...access.keys()].filter((name) => !ACCESS_ATTRIBUTES.includes(name)),
  ];
  // Also keeps a PIN out of the environment: pin-value is among them.
  if (unknown.length > 0) {
    return {
      problem: `${PKCS11_URI_FORM}, without ${unknown.join(', ')} (a PIN is in a file: MINTMARK_PKCS11_PIN_FILE or pin-source)`,
    };
  }
  const modulePath = access.get('module-path');
  if (modulePath === undefined || !isAbsolute(modulePath) || token.size === 0) return { problem: PKCS11_URI_FORM };
  const pinFile = access.get('pin-source')?.replace(/^file:(?:\/\/)?(?=\/)/, '');
  // RFC 7512 §2.4 has commands and other places too: what is run or fetched there is none of ours.
  if (pinFile !== undefined && !isAbsolute(pinFile)) {
    return { problem: `${PKCS11_URI_FORM}, with pin-source=<absolute path of a file> at most` };
  }
  return { address: { modulePath, ...Object.fromEntries(token) }, ...(pinFile !== undefined && { pinFile }) };
}

/** @returns `undefined` if it is malformed or an attribute stands there twice */
function attributesOf(text: string, separator: string): ReadonlyMap<string, string> | undefined {
  const attributes = new Map<string, string>();
  for (const part of text === '' ? [] : text.split(separator)) {
    const [, name = '', encoded = ''] = /^([a-z-]+)=([^=]+)$/.exec(part) ?? [];
    const value = decoded(encoded);
    if (name === '' || !value || attributes.has(name)) return undefined;
    attributes.set(name, value);
  }
  return attributes;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
