import { X509Certificate } from 'node:crypto';
import type { Chain } from '../../core/authentication/certificate-chain.ts';

/** Values of the headers in which proxies forward a client's certificate, each header with all its values. */
export interface ForwardedHeaders {
  /** RFC 9440 §2.2. */
  readonly clientCert: readonly string[];
  /** RFC 9440 §2.3. */
  readonly clientCertChain: readonly string[];
  /** Envoy's `x-forwarded-client-cert`. */
  readonly forwardedClientCert: readonly string[];
}

export const FORWARDED_HEADERS = {
  clientCert: 'client-cert',
  clientCertChain: 'client-cert-chain',
  forwardedClientCert: 'x-forwarded-client-cert',
} as const satisfies Record<keyof ForwardedHeaders, string>;

/** The header in which a proxy forwards the certificate. */
export const PROXY_HEADERS = [FORWARDED_HEADERS.clientCert, FORWARDED_HEADERS.forwardedClientCert] as const;

export type ProxyHeader = (typeof PROXY_HEADERS)[number];

/** Reads the headers of one request, by name. */
export function forwardedHeaders(valuesOf: (name: string) => readonly string[]): ForwardedHeaders {
  return {
    clientCert: valuesOf(FORWARDED_HEADERS.clientCert),
    clientCertChain: valuesOf(FORWARDED_HEADERS.clientCertChain),
    forwardedClientCert: valuesOf(FORWARDED_HEADERS.forwardedClientCert),
  };
}

/** A certificate that was forwarded; `unreadable` where there should be one. */
export type Forwarded = Chain | 'unreadable';

/** Every certificate that was forwarded in one header; more than one is for authentication to refuse. */
export function readForwarded(headers: ForwardedHeaders, header: ProxyHeader): readonly Forwarded[] {
  if (header === 'x-forwarded-client-cert') return headers.forwardedClientCert.flatMap(readEnvoyHeader);
  const between = listItems(headers.clientCertChain).map(readByteSequence);
  return headers.clientCert.map((value) => chainOf(readByteSequence(value), between));
}

/** Whether anything was forwarded in another header than that. */
export function isForwardedBeside(headers: ForwardedHeaders, header: ProxyHeader | undefined): boolean {
  const { clientCert, clientCertChain, forwardedClientCert } = headers;
  const standard = header === 'client-cert' ? [] : [...clientCert, ...clientCertChain];
  const envoy = header === 'x-forwarded-client-cert' ? [] : forwardedClientCert;
  return standard.length > 0 || envoy.length > 0;
}

function chainOf(leaf: X509Certificate | undefined, between: readonly (X509Certificate | undefined)[]): Forwarded {
  const readable = between.filter((certificate) => certificate !== undefined);
  return leaf && readable.length === between.length ? { leaf, between: readable } : 'unreadable';
}

function listItems(values: readonly string[]): readonly string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((item) => item.trim())
    .filter(Boolean);
}

/** A byte sequence of structured fields (RFC 8941 §3.3.5): base64 between colons. */
function readByteSequence(value: string): X509Certificate | undefined {
  const [, base64] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value.trim()) ?? [];
  return parse(base64 === undefined ? undefined : Buffer.from(base64, 'base64'));
}

const PAIR = ' *[A-Za-z]+=(?:"(?:[^"\\\\]|\\\\.)*"|[^",;]*)';
const ENVOY_HEADER = new RegExp(`^${PAIR}(?:[,;]${PAIR})*$`, 's');

/**
 * One element for each proxy that added its own; `Cert` is PEM, percent-encoded. A proxy that appends to what it was sent lets the
 * client write the beginning: an open quote there must not swallow the rest, and beside a `Cert` no element goes without.
 */
function readEnvoyHeader(value: string): readonly Forwarded[] {
  if (!ENVOY_HEADER.test(value)) return ['unreadable'];
  const elements = splitOutsideQuotes(value, ',').map(readEnvoyElement);
  if (elements.every(({ length }) => length === 0)) return [];
  return elements.flatMap((found): readonly Forwarded[] => (found.length === 0 ? ['unreadable'] : found));
}

function readEnvoyElement(element: string): readonly Forwarded[] {
  const pairs = splitOutsideQuotes(element, ';').map((pair) => /^ *([A-Za-z]+)=(.*)$/s.exec(pair) ?? []);
  const certificates = (name: string) =>
    pairs.flatMap(([, key, text = '']) => (key?.toLowerCase() === name ? pemBlocks(unquote(text)) : []));
  return certificates('cert').map((leaf) => chainOf(leaf, certificates('chain')));
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): readonly string[] {
  return text.match(separator === ',' ? /(?:"(?:[^"\\]|\\.)*"|[^",])+/g : /(?:"(?:[^"\\]|\\.)*"|[^";])+/g) ?? [];
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}

function pemBlocks(encoded: string): readonly (X509Certificate | undefined)[] {
  const blocks = percentDecoded(encoded).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length === 0 ? [undefined] : blocks.map(parse);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function parse(content: Buffer | string | undefined): X509Certificate | undefined {
  try {
    return content === undefined ? undefined : new X509Certificate(content);
  } catch {
    return undefined;
  }
}
