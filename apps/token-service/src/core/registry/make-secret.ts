import type { ClientSecret } from '../model/client.ts';
import type { Ids } from '../ports/ids.ts';
import type { Randomness } from '../ports/randomness.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import { formatSecret, SECRET_BYTES } from './secret-format.ts';

interface Ports {
  readonly digests: SecretDigest;
  readonly randomness: Randomness;
  readonly ids: Ids;
}

export interface MadeSecret {
  /** In clear, this once: only its digest is kept. */
  readonly secret: string;
  readonly stored: ClientSecret;
}

/** Makes secrets of clients; whose they become is decided elsewhere. */
export class MakeSecret {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  execute(createdAt: Date): MadeSecret {
    const { digests, randomness, ids } = this.#ports;
    const secret = formatSecret(randomness.bytes(SECRET_BYTES));
    const digest = { digest: digests.digest(secret), digestKeyId: digests.keyId };
    return { secret, stored: { id: ids.next(), ...digest, createdAt, expiresAt: null } };
  }
}
