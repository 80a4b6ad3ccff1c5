import { ROUTES } from '@mintmark/contract';
import { withinLimits, type Limits } from '../limits.ts';
import { credentialSafeUrl } from '../loopback.ts';
import { TokenRequestError } from '../token-request-error.ts';
import { exchange } from './exchange.ts';

/** Where tokens are asked for, and where with a certificate (RFC 8705 §5). */
export interface TokenEndpoints {
  readonly plain: URL;
  readonly certificate: URL;
}

/** Finds the token endpoint from the issuer's metadata (RFC 8414); one look-up serves all, until `forget()`. */
export class TokenEndpointDiscovery {
  readonly #issuer: string;
  readonly #metadataUrl: URL;
  readonly #fetch: typeof fetch;
  readonly #limits: Limits;
  #found: Promise<TokenEndpoints> | undefined;

  /** @throws TypeError if the issuer is not https (loopback aside) or has a query or fragment (RFC 8414 §2) */
  constructor(issuer: string, fetch: typeof globalThis.fetch, limits: Limits) {
    this.#issuer = issuer;
    this.#metadataUrl = metadataUrlOf(issuer);
    this.#fetch = fetch;
    this.#limits = limits;
  }

  endpoints(): Promise<TokenEndpoints> {
    if (this.#found) return this.#found;
    const found = withinLimits(this.#limits, (signal) => this.#lookUp(signal));
    this.#found = found;
    found.catch(() => this.forget());
    return found;
  }

  /** The endpoint may have moved: look again next time. */
  forget(): void {
    this.#found = undefined;
  }

  async #lookUp(signal: AbortSignal): Promise<TokenEndpoints> {
    const headers = { accept: 'application/json' };
    const { status, body } = await exchange(this.#fetch, this.#metadataUrl, { headers, signal });
    if (status !== 200) throw invalid(`${this.#metadataUrl.href} answered ${status}`, status);
    // RFC 8414 §3.3: metadata of another issuer must not be used.
    if (body['issuer'] !== this.#issuer) {
      throw invalid(`${this.#metadataUrl.href} does not speak for the issuer ${this.#issuer}, to the letter`);
    }
    const plain = endpointOf(body['token_endpoint']);
    const aliases = body['mtls_endpoint_aliases'] as { readonly token_endpoint?: unknown } | undefined;
    const alias = aliases?.token_endpoint;
    return { plain, certificate: alias === undefined ? plain : endpointOf(alias) };
  }
}

/** RFC 8414 §3.1: the well-known part goes between host and path. */
function metadataUrlOf(issuer: string): URL {
  const url = credentialSafeUrl(issuer, 'httpTransport: issuer');
  if (/[?#]/.test(issuer)) throw new TypeError('httpTransport: issuer must have no query and no fragment');
  return new URL(ROUTES.authorizationServerMetadata + url.pathname.replace(/\/$/, ''), url);
}

function endpointOf(value: unknown): URL {
  try {
    return credentialSafeUrl(String(value), 'token_endpoint');
  } catch (error) {
    throw invalid(`in the issuer's metadata ${(error as TypeError).message}`);
  }
}

function invalid(detail: string, httpStatus?: number): TokenRequestError {
  const retryable = httpStatus !== undefined && (httpStatus >= 500 || httpStatus === 429);
  return new TokenRequestError({ code: 'METADATA_INVALID', detail, retryable, httpStatus });
}
