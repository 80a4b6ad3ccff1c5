import type { ClientIdentity } from '../client-identity.ts';
import { Secret } from '../secret.ts';
import { IdentityFile } from './identity-file.ts';

export interface ClientCertificateOptions {
  readonly clientId: string;
  /** The certificate with its chain, PEM, in a file. */
  readonly certificate: { readonly file: string };
  /** Its private key, PEM, in a file. */
  readonly key: { readonly file: string };
  /** Who may vouch for the listener that asks for the certificate, PEM, in a file; default: the authorities that Node trusts, as for metadata. */
  readonly authority?: { readonly file: string };
}

/**
 * Identifies the client by the certificate it shows in the TLS handshake (RFC 8705). The files are read before every request, so
 * a renewed certificate is shown with the next one.
 * @throws TypeError without a client id or files
 */
export function clientCertificate(options: ClientCertificateOptions): ClientIdentity {
  const { clientId, certificate, key, authority } = options;
  if (!clientId) throw new TypeError('clientCertificate: clientId is missing');
  if (!certificate?.file || !key?.file) throw new TypeError('clientCertificate: certificate and key take { file }');
  const code = 'CERTIFICATE_UNREADABLE';
  const files = {
    certificate: new IdentityFile(certificate.file, { what: 'certificate', code }),
    key: new IdentityFile(key.file, { what: 'key of the certificate', code }),
    authority: authority && new IdentityFile(authority.file, { what: 'authority of the token service', code }),
  };
  const evidence = async () => {
    const vouching = await files.authority?.read();
    return {
      kind: 'client_certificate',
      clientId,
      certificate: await files.certificate.read(),
      privateKey: new Secret(await files.key.read()),
      ...(vouching === undefined ? {} : { authority: vouching }),
    } as const;
  };
  return {
    clientId,
    evidence,
    replacement: async (refused) => {
      const current = await evidence();
      const same = refused.kind === 'client_certificate' && refused.certificate === current.certificate;
      return same ? undefined : current;
    },
  };
}
