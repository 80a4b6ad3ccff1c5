import type { X509Certificate } from 'node:crypto';
import type { CertificateName } from '../model/client.ts';
import { isSameName, parseDistinguishedName, parseSubject } from './distinguished-name.ts';

/** Whether a certificate carries the one name that a client declares (RFC 8705 §2.1.2). */
export function carriesName(certificate: X509Certificate, name: CertificateName): boolean {
  if ('subjectDn' in name) {
    return isSameName(parseSubject(certificate.subject), parseDistinguishedName(name.subjectDn));
  }
  const names = alternativeNames(certificate);
  if ('sanDns' in name) return names.some(({ type, value }) => type === 'DNS' && isSameDns(value, name.sanDns));
  if ('sanUri' in name) return names.some(({ type, value }) => type === 'URI' && value === name.sanUri);
  const address = canonicalAddress(name.sanIp);
  return (
    address !== undefined &&
    names.some(({ type, value }) => type === 'IP Address' && canonicalAddress(value) === address)
  );
}

export interface AlternativeName {
  readonly type: string;
  readonly value: string;
}

/**
 * The subject alternative names. Node puts a value that holds anything its list could be confused by in quotes, as JSON, so
 * splitting outside of quotes is safe.
 */
export function alternativeNames({ subjectAltName = '' }: X509Certificate): readonly AlternativeName[] {
  const entries = subjectAltName.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return entries.map((entry) => {
    const [, type = '', value = ''] = /^ ?([^:]*):(.*)$/s.exec(entry) ?? [];
    return { type, value: value.startsWith('"') ? (JSON.parse(value) as string) : value };
  });
}

function isSameDns(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** One address has many spellings in IPv6; `undefined` for what is none. */
function canonicalAddress(text: string): string | undefined {
  return URL.parse(text.includes(':') ? `http://[${text}]` : `http://${text}`)?.hostname;
}
