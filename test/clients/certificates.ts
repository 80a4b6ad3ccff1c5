// Certificates for tests and proofs: authorities and what they sign, each with its key.
import 'reflect-metadata';
import { X509Certificate, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR = 3_600_000;

type Keys = webcrypto.CryptoKeyPair;

/** A certificate and its key, PEM. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Wanted {
  /** `CN=orders,O=Example`. */
  readonly subject?: string;
  readonly names?: readonly { readonly type: 'dns' | 'url' | 'ip'; readonly value: string }[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
  /** Default: client and server. */
  readonly usages?: readonly ('client' | 'server')[];
}

const USAGES = { client: x509.ExtendedKeyUsage.clientAuth, server: x509.ExtendedKeyUsage.serverAuth };

export class Authority {
  readonly certificate: string;
  readonly #keys: Keys;
  readonly #subject: string;

  private constructor(certificate: string, keys: Keys, subject: string) {
    this.certificate = certificate;
    this.#keys = keys;
    this.#subject = subject;
  }

  static async create(name: string): Promise<Authority> {
    const keys = await newKeys();
    const subject = `CN=${name}`;
    const certificate = await sign({
      subject,
      issuer: subject,
      publicKey: keys.publicKey,
      signer: keys,
      authority: true,
    });
    return new Authority(certificate, keys, subject);
  }

  /** An authority that this one has signed; or one that only acts as such, since it was not made one. */
  async intermediate(name: string, authority = true): Promise<Authority> {
    const keys = await newKeys();
    const subject = `CN=${name}`;
    const of = { subject, issuer: this.#subject, publicKey: keys.publicKey, signer: this.#keys, authority };
    return new Authority(await sign(of), keys, subject);
  }

  async issue(wanted: Wanted = {}): Promise<Identity> {
    const keys = await newKeys();
    const of = { issuer: this.#subject, publicKey: keys.publicKey, signer: this.#keys };
    return { certificate: await sign({ ...wanted, ...of }), privateKey: await exportKey(keys) };
  }
}

/** A certificate that only its own key vouches for. */
export async function selfSigned(wanted: Wanted = {}): Promise<Identity> {
  const keys = await newKeys();
  const { subject = 'CN=self' } = wanted;
  const certificate = await sign({ ...wanted, issuer: subject, publicKey: keys.publicKey, signer: keys });
  return { certificate, privateKey: await exportKey(keys) };
}

/** The public key of a certificate, as a client registers it. */
export function publicJwkOfCertificate({ certificate }: Identity): object {
  return new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
}

interface ToSign extends Wanted {
  readonly issuer: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly signer: Keys;
  readonly authority?: boolean;
}

async function sign(of: ToSign): Promise<string> {
  const { names = [], usages = ['client', 'server'], authority = false } = of;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(
      webcrypto.getRandomValues(new Uint8Array(8)).map((byte, at) => (at === 0 ? byte & 0x7f : byte)),
    ).toString('hex'),
    subject: of.subject ?? 'CN=client',
    issuer: of.issuer,
    notBefore: of.validFrom ?? new Date(Date.now() - HOUR),
    notAfter: of.validTo ?? new Date(Date.now() + 24 * HOUR),
    signingAlgorithm: ALGORITHM,
    publicKey: of.publicKey as never,
    signingKey: of.signer.privateKey as never,
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      ...(authority
        ? [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)]
        : [new x509.ExtendedKeyUsageExtension(usages.map((usage) => USAGES[usage]))]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names.map((name) => ({ ...name })))]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function newKeys(): Promise<Keys> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey({ privateKey }: Keys): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}
