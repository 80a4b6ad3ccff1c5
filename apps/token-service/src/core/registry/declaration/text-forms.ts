import { isAbsoluteUri } from '../../model/absolute-uri.ts';

/** A URI goes into `aud` of every token, so it is kept short; a user or password in it would be published with it. */
export function isResourceUri(text: string): boolean {
  return text.length <= 200 && isAbsoluteUri(text) && hasNoUserInfo(text);
}

export function isUri(text: string): boolean {
  return text.length <= 255 && isAbsoluteUri(text);
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]+){3}|\[::1\])$/;

/** A URL that keys or claims may be fetched from: https, or http that does not leave the machine. */
export function isHttpsUrl(text: string): boolean {
  if (!isUri(text) || !hasNoUserInfo(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** As RFC 8414 §2 has it: no query either. */
export function isIssuerUrl(text: string): boolean {
  return isHttpsUrl(text) && !text.includes('?');
}

const TRUST_DOMAIN = /^spiffe:\/\/[a-z0-9._-]{1,255}$/;

/** SPIFFE-ID §2.1: lower case, without a path. */
export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}

export function isIssuerId(text: string): boolean {
  return isTrustDomain(text) || isIssuerUrl(text);
}

function hasNoUserInfo(text: string): boolean {
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

const PLAIN_TEXT = /^[\x21-\x7E](?:[\x20-\x7E]{0,253}[\x21-\x7E])?$/;

export function isPlainText(text: string): boolean {
  return PLAIN_TEXT.test(text);
}

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => DNS_LABEL.test(label));
}

/** No zero before another digit, which some read as octal. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]{2,45}$/;

export function isAddress(text: string): boolean {
  return IPV4.test(text) || (IPV6_CHARACTERS.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`));
}

const RDN = /^ *(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+) *=(?:[^\\]|\\.)+$/s;

/** RFC 4514: `CN=orders,OU=shop,O=Example`; a comma inside a value is escaped with a backslash. */
export function isDistinguishedName(text: string): boolean {
  return text.length <= 512 && text.split(/(?<!\\),/).every((part) => RDN.test(part));
}
