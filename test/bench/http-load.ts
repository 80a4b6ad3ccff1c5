import autocannon from 'autocannon';
import type { MeasuredProcess } from './measured-process.ts';
import type { Sample } from './rounds.ts';

/** Requests in flight, each on a connection that is kept. */
export const IN_FLIGHT = 32;

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends the same request `amount` times and takes the server's CPU time.
 * @throws Error unless every single answer has the status
 */
export async function httpRound(
  server: MeasuredProcess,
  request: HttpRequest,
  { amount, status = 200 }: { amount: number; status?: number },
): Promise<Sample> {
  const cpu = server.cpuMicros();
  const begin = performance.now();
  const { errors, statusCodeStats } = await autocannon({ ...request, amount, connections: IN_FLIGHT, sampleInt: 20 });
  const seconds = (performance.now() - begin) / 1000;
  const answered = statusCodeStats[status]?.count ?? 0;
  if (answered !== amount || errors > 0)
    throw new Error(`${request.url}: ${amount} requests, ${errors} errors, ${JSON.stringify(statusCodeStats)}`);
  return { cpuMicros: (server.cpuMicros() - cpu) / amount, perSecond: amount / seconds };
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export function tokenRequest(url: string, authorization: string, form: Record<string, string>): HttpRequest {
  return {
    url,
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
  };
}

/** @throws Error unless the answer holds an ES256 JWT: contestants must do the same work */
export async function demandEs256({ url, ...request }: HttpRequest): Promise<void> {
  const response = await fetch(url, request);
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  const header = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString();
  if (!header.includes('"ES256"')) throw new Error(`${url}: ${response.status}, no ES256 token in the answer`);
}
