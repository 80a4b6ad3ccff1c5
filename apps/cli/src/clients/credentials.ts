import { readText } from '../input/read-file.ts';
import type { Terminal } from '../output/terminal.ts';
import { UsageError } from '../output/usage-error.ts';
import { certifiedKeyIn, publicKeysIn } from './public-keys.ts';

/** How a client is to prove who it is, as it was typed. */
export interface CredentialOptions {
  readonly publicKey?: string;
  readonly jwksUri?: string;
  readonly certificate?: string;
  readonly certificateName?: string;
}

/** A credential as declaration files have it. */
export interface DeclaredCredential {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** The names a certificate may be known by (RFC 8705 §2.1.2). */
export const CERTIFICATE_NAMES = ['sanDns', 'sanUri', 'sanIp', 'subjectDn'];

/**
 * @returns one for each option; none: the client gets a generated secret
 * @throws UsageError
 */
export async function declaredCredentials(
  terminal: Terminal,
  { publicKey, jwksUri, certificate, certificateName }: CredentialOptions,
): Promise<readonly DeclaredCredential[]> {
  const credentials: DeclaredCredential[] = [];
  if (publicKey !== undefined) {
    const keys = publicKeysIn(await readText(terminal, publicKey), publicKey);
    credentials.push({ kind: 'private_key_jwt', jwks: { keys } });
  }
  if (jwksUri !== undefined) credentials.push({ kind: 'private_key_jwt', jwksUri });
  if (certificate !== undefined) {
    const key = certifiedKeyIn(await readText(terminal, certificate), certificate);
    credentials.push({ kind: 'self_signed_tls_client_auth', jwks: { keys: [key] } });
  }
  if (certificateName !== undefined) credentials.push({ kind: 'tls_client_auth', ...named(certificateName) });
  return credentials;
}

/** `sanDns=orders.internal`; a distinguished name has `=` in it, too. */
function named(text: string): Record<string, string> {
  const [, name = '', value = ''] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (CERTIFICATE_NAMES.includes(name)) return { [name]: value };
  throw new UsageError(
    `--certificate-name takes ${CERTIFICATE_NAMES.join('=, ')}= and the name, as sanDns=orders.internal.`,
  );
}
