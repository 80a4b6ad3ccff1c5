import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import { createSecureContext } from 'node:tls';
import type { ClientEvidence } from '../client-identity.ts';
import { usableCertificate } from '../usable-certificate.ts';

type CertificateEvidence = Extract<ClientEvidence, { kind: 'client_certificate' }>;

/**
 * A fetch that shows a certificate: the built-in one cannot. Each makes its own connection, with the certificate of that moment.
 * @throws TokenRequestError if it cannot be shown
 */
export function certificateFetch(evidence: CertificateEvidence): typeof fetch {
  const { certificate: cert, authority: ca } = evidence;
  const files = { cert, key: evidence.privateKey.reveal(), ...(ca === undefined ? {} : { ca }) };
  const agent = new Agent({ secureContext: usableCertificate(() => createSecureContext(files)) });
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const content = body === undefined || body === null ? undefined : String(body as URLSearchParams);
    const form = content === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...form, ...(headers as object) }, ...(signal ? { signal } : {}) };
      // Where fetch wraps the system's error as its cause, so does this.
      const fail = (cause?: unknown) => reject(new TypeError('fetch failed', { cause }));
      const sent = request(new URL(url), options, (received) => {
        try {
          resolve(responseOf(received));
        } catch (error) {
          sent.destroy();
          fail(error);
        }
      });
      sent.on('error', fail);
      sent.on('close', () => fail()); // an answer of 101 ends with neither a response nor an error
      sent.end(content);
    });
  };
}

/** Statuses a Response may have no body with, by Fetch's own rule. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/** @throws RangeError if it has a status that Fetch knows none of, such as 600 */
function responseOf(received: IncomingMessage): Response {
  const { statusCode: status = 500 } = received;
  const headers = Object.entries(received.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  const body = WITHOUT_BODY.has(status) ? null : (Readable.toWeb(received) as ReadableStream);
  if (body === null) received.resume();
  return new Response(body, { status, headers });
}
