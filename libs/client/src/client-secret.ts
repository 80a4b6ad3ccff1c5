import { readFile } from 'node:fs/promises';
import type { ClientEvidence, ClientIdentity } from './client-identity.ts';
import { Secret } from './secret.ts';
import { TokenRequestError } from './token-request-error.ts';

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
  readonly #file: string;
  #last: ClientEvidence | undefined;

  constructor(clientId: string, file: string) {
    this.clientId = clientId;
    this.#file = file;
  }

  async evidence(): Promise<ClientEvidence> {
    try {
      this.#last = evidenceOf(this.clientId, await readSecret(this.#file));
    } catch (error) {
      if (!this.#last) throw error;
    }
    return this.#last;
  }

  async replacement(refused: ClientEvidence): Promise<ClientEvidence | undefined> {
    const current = await this.evidence();
    return current.secret.equals(refused.secret) ? undefined : current;
  }
}

async function readSecret(file: string): Promise<string> {
  const secret = await readFile(file, 'utf8').then(
    (text) => text.trim(),
    (error: NodeJS.ErrnoException) => unreadable(file, error.code ?? 'unreadable'),
  );
  return secret || unreadable(file, 'it is empty');
}

function unreadable(file: string, reason: string): never {
  throw new TokenRequestError({
    code: 'SECRET_UNREADABLE',
    detail: `the client secret cannot be read from ${file} (${reason})`,
    retryable: false,
  });
}

function evidenceOf(clientId: string, secret: string): ClientEvidence {
  return { kind: 'client_secret', clientId, secret: new Secret(secret) };
}
