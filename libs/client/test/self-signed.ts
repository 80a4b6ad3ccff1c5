import { generateKeyPairSync, sign } from 'node:crypto';

/** Object identifiers, DER-encoded: ecdsa-with-SHA256, commonName, subjectAltName. */
const ECDSA_SHA256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');

/** A fresh P-256 key and a certificate it signed itself, for one DNS name; PEM. */
export function selfSigned(dnsName: string): { readonly key: string; readonly certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from(dnsName)))));
  const validity = der(0x30, time('20200101000000Z'), time('20991231235959Z'));
  const altName = der(0x30, der(0x82, Buffer.from(dnsName)));
  const extensions = der(0xa3, der(0x30, der(0x30, SUBJECT_ALT_NAME, der(0x04, altName))));
  const version3 = der(0xa0, der(0x02, Buffer.of(2)));
  const serial = der(0x02, Buffer.of(1));
  const publicInfo = publicKey.export({ format: 'der', type: 'spki' });
  const body = der(0x30, version3, serial, ECDSA_SHA256, name, validity, name, publicInfo, extensions);
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const certificate = pem('CERTIFICATE', der(0x30, body, ECDSA_SHA256, signature));
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), certificate };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

function time(generalized: string): Buffer {
  return der(0x18, Buffer.from(generalized));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
