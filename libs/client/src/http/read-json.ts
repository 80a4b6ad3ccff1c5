import { TokenRequestError } from '../token-request-error.ts';

/** Largest body read from the issuer, in bytes; tokens and metadata are a fraction of it. */
const BODY_LIMIT = 64 * 1024;

/**
 * The body as a JSON object; an empty one if it is anything else.
 * @throws TokenRequestError with code RESPONSE_INVALID if it is too large
 */
export async function readJsonObject(response: Response): Promise<Record<string, unknown>> {
  try {
    // The parser's own error quotes the text, which may hold a token: it must not get out.
    const parsed: unknown = JSON.parse(await readText(response));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): TokenRequestError {
  const detail = `the answer is larger than ${BODY_LIMIT} bytes`;
  return new TokenRequestError({ code: 'RESPONSE_INVALID', detail, retryable: false });
}
