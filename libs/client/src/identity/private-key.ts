import { createPrivateKey, randomUUID, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { publicJwkOf, signCompact } from '@mintmark/jws';
import type { ClientEvidence, ClientIdentity } from '../client-identity.ts';
import { Secret } from '../secret.ts';
import { TokenRequestError } from '../token-request-error.ts';
import { IdentityFile } from './identity-file.ts';

export interface PrivateKeyOptions {
  readonly clientId: string;
  /** The issuer, exactly as its metadata says it: the audience of what is signed. */
  readonly issuer: string;
  /** The private key, PEM or JWK (EC P-256, Ed25519 or RSA), or the file that holds it. */
  readonly key: string | { readonly file: string };
  /** `kid`; default: the RFC 7638 thumbprint of the key, which the issuer knows it by too. */
  readonly keyId?: string;
}

/** Longest that an issuer takes by default. */
const LIFETIME_SECONDS = 60;

/**
 * Identifies the client by assertions it signs itself (`private_key_jwt`, RFC 7523): a new one for every request. The key never
 * leaves the process, and a file is read before every request.
 * @throws TypeError without a client id, issuer or key
 */
export function privateKey(options: PrivateKeyOptions): ClientIdentity {
  const { clientId, issuer, key } = options;
  for (const name of ['clientId', 'issuer', 'key'] as const) {
    if (!options[name]) throw new TypeError(`privateKey: ${name} is missing`);
  }
  const file = typeof key === 'string' ? undefined : new IdentityFile(key.file, WANTED);
  const signer = new Signer(options);
  const read = async () => (typeof key === 'string' ? key : await file!.read());
  const signedWith = new WeakMap<ClientEvidence, string>();
  const evidence = async () => {
    const text = await read();
    const assertion = new Secret(signer.sign(text, { clientId, issuer }));
    const made = { kind: 'client_assertion', assertion } as const;
    signedWith.set(made, text);
    return made;
  };
  // Another assertion by the same key would be refused like the first.
  const replacement = async (refused: ClientEvidence) =>
    signedWith.get(refused) === (await read()) ? undefined : evidence();
  return { clientId, evidence, replacement };
}

const WANTED = { what: 'private key', code: 'KEY_UNREADABLE' } as const;

const ALGORITHMS: Readonly<Record<string, 'ES256' | 'EdDSA' | 'RS256'>> = {
  ec: 'ES256',
  ed25519: 'EdDSA',
  rsa: 'RS256',
};

interface Loaded {
  readonly text: string;
  readonly key: KeyObject;
  readonly algorithm: 'ES256' | 'EdDSA' | 'RS256';
  readonly kid: string;
}

/** Signs with the key it is given, which is parsed anew only when it is another. */
class Signer {
  readonly #keyId: string | undefined;
  #loaded: Loaded | undefined;

  constructor({ keyId }: Pick<PrivateKeyOptions, 'keyId'>) {
    this.#keyId = keyId;
  }

  /** @throws TokenRequestError KEY_UNREADABLE if it is no such key */
  sign(text: string, { clientId, issuer }: Pick<PrivateKeyOptions, 'clientId' | 'issuer'>): string {
    if (this.#loaded?.text !== text) this.#loaded = this.#load(text);
    const { key, algorithm, kid } = this.#loaded;
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: clientId, sub: clientId, aud: issuer, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() };
    return signCompact({ alg: algorithm, ...{ kid, typ: 'client-authentication+jwt' } }, claims, key);
  }

  #load(text: string): Loaded {
    const key = parseKey(text);
    const algorithm = key && ALGORITHMS[key.asymmetricKeyType ?? ''];
    try {
      if (key && algorithm) return { text, key, algorithm, kid: this.#keyId ?? publicJwkOf(key, algorithm).kid };
    } catch {
      // A curve or size that no algorithm here takes; told below.
    }
    const detail = 'the private key is none in PEM or JWK, or not EC P-256, Ed25519 or RSA of 2048 bits and more';
    throw new TokenRequestError({ code: 'KEY_UNREADABLE', detail, retryable: false });
  }
}

/** The parser's own error could quote the text. */
function parseKey(text: string): KeyObject | undefined {
  try {
    if (!text.startsWith('{')) return createPrivateKey(text);
    return createPrivateKey({ key: JSON.parse(text) as JsonWebKeyInput['key'], format: 'jwk' });
  } catch {
    return undefined;
  }
}
