import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, of the private key. */
  readonly key: string;
  /** Its SHA-256 as a token is bound to it: `cnf: { 'x5t#S256': … }` (RFC 8705 §3.1). */
  readonly thumbprint: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_ID = 0x06;
const GENERALIZED_TIME = 0x18;
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));

/** A self-signed certificate for the TLS of tests: no SAN, valid for ever, of use to nobody else. */
export function newCertificate(commonName = 'localhost'): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf(commonName);
  const toBeSigned = der(
    SEQUENCE,
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    subject,
    der(SEQUENCE, time('20000101000000Z'), time('99991231235959Z')),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, privateKey)]));
  const certificate = der(SEQUENCE, toBeSigned, ECDSA_WITH_SHA256, signature);
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    thumbprint: createHash('sha256').update(certificate).digest('base64url'),
  };
}

function nameOf(commonName: string): Buffer {
  const attribute = der(SEQUENCE, der(OBJECT_ID, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)));
  return der(SEQUENCE, der(SET, attribute));
}

function time(text: string): Buffer {
  return der(GENERALIZED_TIME, Buffer.from(text));
}

/** X.690 §8.1: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}
