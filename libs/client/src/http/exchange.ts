import { TokenRequestError } from '../token-request-error.ts';
import { readJsonObject } from './read-json.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * One HTTP exchange that never follows a redirect: the request may carry a secret.
 * @throws TokenRequestError with code ISSUER_UNREACHABLE if there was no whole answer
 */
export async function exchange(fetch: typeof globalThis.fetch, url: URL, init: RequestInit): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' });
    return { status: response.status, headers: response.headers, body: await readJsonObject(response) };
  } catch (error) {
    if (error instanceof TokenRequestError) throw error;
    throw unreachable(url, error);
  }
}

function unreachable(url: URL, error: unknown): TokenRequestError {
  const detail = `${url.origin} cannot be reached${reasonOf(error)}`;
  return new TokenRequestError({ code: 'ISSUER_UNREACHABLE', detail, retryable: true });
}

/** fetch wraps the system's error as its cause; only the code is taken over, no foreign text. */
function reasonOf(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === 'string' ? ` (${code})` : '';
}
