import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AS_OF_HEADER } from '@mintmark/contract';
import type { TimerClock } from '../clock.ts';

/** One attempt in all, from connecting to the last byte. */
export const FETCH_TIMEOUT_MILLISECONDS = 2_000;
export const MAX_KEY_SET_BYTES = 256 * 1024;

/** Interim answers (RFC 9110 §15.2) that are read past before the answer itself: a proxy's early hints, not a flood. */
const MAX_INTERIM_ANSWERS = 8;

const TOO_LATE = `no answer within ${FETCH_TIMEOUT_MILLISECONDS} ms`;

/** Where a key set is fetched, and what to trust there. */
export interface KeySetEndpoint {
  readonly url: URL;
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** Resolves the host in place of the system's resolver; not asked about an address. */
  readonly lookup?: LookupFunction;
  /** Longest answer; default {@link MAX_KEY_SET_BYTES}. */
  readonly maxBytes?: number;
  /** Value of `Accept`; default: a key set. */
  readonly accept?: string;
}

interface Freshness {
  /** Milliseconds: what the issuer says the set was current at. */
  readonly asOf?: number;
  /** Milliseconds: the issuer's own clock, now. */
  readonly date?: number;
}

export type FetchedKeySet =
  | (Freshness & { readonly status: 'changed'; readonly body: Buffer; readonly etag?: string })
  | (Freshness & { readonly status: 'unchanged' })
  | { readonly status: 'failed'; readonly reason: string };

/** Fetches a key set once. Follows no redirect, takes nothing but 200 and 304, never throws, and has an end whatever the server does. */
export async function fetchKeySet(
  endpoint: KeySetEndpoint,
  etag: string | undefined,
  clock: TimerClock,
  closing: AbortSignal,
): Promise<FetchedKeySet> {
  const attempt = new AbortController();
  const cancel = clock.schedule(() => attempt.abort(new Error(TOO_LATE)), FETCH_TIMEOUT_MILLISECONDS);
  const signal = AbortSignal.any([attempt.signal, closing]);
  try {
    return await Promise.race([ask(endpoint, etag, signal), whenAborted(signal)]);
  } catch (error) {
    return failed(describe(signal.aborted ? signal.reason : error));
  } finally {
    cancel();
    // Takes the connection down with whatever is still under way on it.
    attempt.abort();
  }
}

/** Rejects: what is asked of a server may hang in ways in which aborting it is not noticed. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(signal.reason as Error);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

async function ask(endpoint: KeySetEndpoint, etag: string | undefined, signal: AbortSignal): Promise<FetchedKeySet> {
  return readResponse(await send(endpoint, etag, signal), etag, endpoint.maxBytes);
}

function send(
  { url, ca, lookup, accept = 'application/jwk-set+json, application/json' }: KeySetEndpoint,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = {
    accept,
    // Caches on the way must not decide how long a removed key lives.
    'cache-control': 'no-cache',
    ...(etag !== undefined && { 'if-none-match': etag }),
  };
  const options = {
    headers,
    signal,
    agent: false as const,
    ...(ca !== undefined && { ca }),
    ...(lookup && { lookup }),
  };
  const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
  return answerTo(request);
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  let interim = 0;
  return new Promise((resolve, reject) => {
    request
      .once('response', resolve)
      // Nobody asked for another protocol; without a listener Node would drop the request and tell nobody.
      .once('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        reject(new Error(`status ${statusCode}`));
      })
      .on('information', () => {
        interim += 1;
        if (interim > MAX_INTERIM_ANSWERS) reject(new Error('interim answers without end'));
      })
      .once('close', () => reject(new Error('closed without an answer')))
      .on('error', reject)
      .end();
  });
}

async function readResponse(
  response: IncomingMessage,
  etag: string | undefined,
  maxBytes: number = MAX_KEY_SET_BYTES,
): Promise<FetchedKeySet> {
  const freshness = readFreshness(response);
  if (freshness === undefined) return failed(`malformed ${AS_OF_HEADER}`);
  if (response.statusCode === 304 && etag !== undefined) return { status: 'unchanged', ...freshness };
  if (response.statusCode !== 200) return failed(`status ${response.statusCode}`);
  if (response.headers['content-encoding'] !== undefined) return failed('a compressed answer was not asked for');
  const body = await readBody(response, maxBytes);
  if (!body) return failed(`more than ${maxBytes} bytes`);
  const received = response.headers.etag;
  return { status: 'changed', body, ...freshness, ...(received !== undefined && { etag: received }) };
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readFreshness(response: IncomingMessage): Freshness | undefined {
  const asOf = response.headers[AS_OF_HEADER];
  if (asOf !== undefined && (typeof asOf !== 'string' || !/^\d{1,12}(\.\d{1,3})?$/.test(asOf))) return undefined;
  const date = readDate(response);
  return { ...(asOf !== undefined && { asOf: Number(asOf) * 1000 }), ...(date !== undefined && { date }) };
}

/** A cache on the way answers with the `Date` of when it asked, and tells how long ago that was (RFC 9111 §5.1). */
function readDate({ headersDistinct }: IncomingMessage): number | undefined {
  const [date = '', ...dates] = headersDistinct['date'] ?? [];
  const [age = '', ...ages] = headersDistinct['age'] ?? ['0'];
  const told = Date.parse(date) + Number(age) * 1000;
  return dates.length + ages.length > 0 || !/^\d{1,9}$/.test(age) || Number.isNaN(told) ? undefined : told;
}

function failed(reason: string): FetchedKeySet {
  return { status: 'failed', reason };
}

/** An AggregateError (one per address tried) says nothing itself. */
function describe(error: unknown): string {
  const { message, errors } = error as Partial<AggregateError>;
  return errors?.length ? describe(errors[0]) : message || String(error);
}
