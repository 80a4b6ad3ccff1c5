import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import type { ClientEvidence } from '../client-identity.ts';

type CertificateEvidence = Extract<ClientEvidence, { kind: 'client_certificate' }>;

/** A fetch that shows a certificate: the built-in one cannot. Each makes its own connection, with the certificate of that moment. */
export function certificateFetch(evidence: CertificateEvidence): typeof fetch {
  const { certificate: cert, authority: ca } = evidence;
  const agent = new Agent({ cert, key: evidence.privateKey.reveal(), ...(ca === undefined ? {} : { ca }) });
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const content = body === undefined || body === null ? undefined : String(body as URLSearchParams);
    const form = content === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...form, ...(headers as object) }, ...(signal ? { signal } : {}) };
      const sent = request(new URL(url), options, (response) => {
        const { statusCode: status = 500, headers: received } = response;
        const pairs = Object.entries(received).flatMap(([name, value]) =>
          [value ?? []].flat().map((each) => [name, each]),
        );
        resolve(
          new Response(Readable.toWeb(response) as ReadableStream, { status, headers: pairs as [string, string][] }),
        );
      });
      // Where fetch wraps the system's error as its cause, so does this.
      sent.on('error', (cause) => reject(new TypeError('fetch failed', { cause })));
      sent.end(content);
    });
  };
}
