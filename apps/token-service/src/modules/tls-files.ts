import { constants, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { MutualTlsConfig } from '../config/mutual-tls.ts';

/**
 * Asks for a certificate and takes any: whether it is good for anything is decided for each request, and a client may have one
 * of its own making. No session is resumed, so that no one comes in on a certificate that was good yesterday; none is renegotiated,
 * for then TLS 1.2 lets the certificate of a connection be another than the one that Node has looked at.
 */
export const MUTUAL_TLS = {
  requestCert: true,
  rejectUnauthorized: false,
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/** The files of the listeners that end TLS cannot be used. The message says which, and why. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError';
}

type Context = Pick<SecureContextOptions, 'cert' | 'key' | 'ca'>;

interface Loaded {
  readonly context: Context;
  readonly authorities: readonly X509Certificate[];
}

/** Certificate, key and authorities of the listeners that end TLS, as the files have them. */
export class TlsFiles {
  readonly #config: MutualTlsConfig;
  readonly #followers = new Set<(context: Context) => void>();
  #loaded: Loaded;

  private constructor(config: MutualTlsConfig, loaded: Loaded) {
    this.#config = config;
    this.#loaded = loaded;
  }

  /** @throws TlsFilesError */
  static async open(config: MutualTlsConfig): Promise<TlsFiles> {
    return new TlsFiles(config, await load(config));
  }

  get context(): Context {
    return this.#loaded.context;
  }

  /** The very same array while they are the same. */
  get authorities(): readonly X509Certificate[] {
    return this.#loaded.authorities;
  }

  /** @returns ends it */
  follow(follower: (context: Context) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /**
   * Reads the files again. What is wrong leaves everything as it was: connections that are there go on, new ones get what was last
   * good.
   * @returns whether there was anything new
   * @throws TlsFilesError
   */
  async reload(): Promise<boolean> {
    const loaded = await load(this.#config);
    const { context, authorities } = this.#loaded;
    if (isSame(loaded.context, context)) return false;
    this.#loaded = loaded.context.ca === context.ca ? { ...loaded, authorities } : loaded;
    for (const follower of this.#followers) follower(loaded.context);
    return true;
  }
}

async function load({ certFile, keyFile, clientCaFile }: MutualTlsConfig): Promise<Loaded> {
  const [cert, key, ca] = await Promise.all([certFile, keyFile, clientCaFile].map(read));
  const context = { cert, key, ca } as Context;
  try {
    createSecureContext(context);
  } catch (error) {
    throw new TlsFilesError(`${certFile} and ${keyFile} are no certificate and its key (${(error as Error).message}).`);
  }
  return { context, authorities: authoritiesIn(clientCaFile, String(ca)) };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsFilesError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function authoritiesIn(file: string, pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new TlsFilesError(`${file} holds no certificate in PEM.`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new TlsFilesError(`${file} holds a certificate that does not parse.`);
  }
}

function isSame(one: Context, other: Context): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}
