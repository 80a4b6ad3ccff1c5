import type { ClientEvidence, ClientIdentity } from './client-identity.ts';
import { IdentityFile } from './identity/identity-file.ts';
import { Secret } from './secret.ts';

export interface ClientSecretOptions {
  readonly clientId: string;
  /** The secret, or the file that holds it (one line; surrounding white space is dropped). */
  readonly secret: string | { readonly file: string };
}

/**
 * Identifies the client by its generated secret (RFC 6749 §2.3.1). A file is read before every request for a token
 * and once more when the issuer refuses what it held, so a rotated secret is picked up without a restart; while the
 * file cannot be read, the last secret it held is used.
 * @throws TypeError on an empty id, secret or file name
 */
export function clientSecret(options: ClientSecretOptions): ClientIdentity {
  const { clientId, secret } = options;
  if (!clientId) throw new TypeError('clientSecret: clientId is missing');
  if (typeof secret === 'string') return fixedIdentity(clientId, secret);
  if (!secret?.file) throw new TypeError('clientSecret: secret is missing; give the secret or { file }');
  return new SecretFileIdentity(clientId, secret.file);
}

function fixedIdentity(clientId: string, value: string): ClientIdentity {
  if (!value) throw new TypeError('clientSecret: secret is empty');
  const evidence = evidenceOf(clientId, value);
  return { clientId, evidence: async () => evidence, replacement: async () => undefined };
}

class SecretFileIdentity implements ClientIdentity {
  readonly clientId: string;
  readonly #file: IdentityFile;

  constructor(clientId: string, file: string) {
    this.clientId = clientId;
    this.#file = new IdentityFile(file, { what: 'client secret', code: 'SECRET_UNREADABLE' });
  }

  async evidence(): Promise<SecretEvidence> {
    return evidenceOf(this.clientId, await this.#file.read());
  }

  async replacement(refused: ClientEvidence): Promise<ClientEvidence | undefined> {
    const current = await this.evidence();
    return refused.kind === 'client_secret' && current.secret.equals(refused.secret) ? undefined : current;
  }
}

type SecretEvidence = Extract<ClientEvidence, { kind: 'client_secret' }>;

function evidenceOf(clientId: string, secret: string): SecretEvidence {
  return { kind: 'client_secret', clientId, secret: new Secret(secret) };
}
