import { RequestError } from '../model/errors.ts';

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/**
 * Reads an Authorization value as RFC 6749 §2.3.1 writes it: Basic (RFC 7617) over the form-encoded client id and secret.
 * @throws RequestError EVIDENCE_MALFORMED
 */
export function parseBasic(value: string): { clientId: string; secret: string } {
  const base64 = BASIC.exec(value)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(base64 ? Buffer.from(base64, 'base64').toString('utf8') : '') ?? [];
  const clientId = id && decodeFormComponent(id);
  const decodedSecret = secret && decodeFormComponent(secret);
  if (!clientId || !decodedSecret) {
    throw new RequestError(
      'EVIDENCE_MALFORMED',
      'The Authorization value is not Basic over "client_id:client_secret", each form-encoded, in base64 (RFC 6749 section 2.3.1).',
    );
  }
  return { clientId, secret: decodedSecret };
}

function decodeFormComponent(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
