import type { AdminCall } from './admin-call.ts';
import { AdminError } from './admin-error.ts';
import { brokenOff, timedOut } from './no-answer.ts';
import { parseJson } from './parse-json.ts';
import type { RawAnswer } from './raw-answer.ts';
import { readFailure } from './read-failure.ts';

/** Largest answer read, in bytes: an export of 100,000 clients is a quarter of it. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

export interface Sending {
  readonly fetch: typeof globalThis.fetch;
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds for the whole exchange. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a call over HTTP. Never follows a redirect: the request carries a token.
 * @throws AdminError with code ADMIN_UNREACHABLE, ADMIN_TIMED_OUT or ANSWER_LOST if there was no whole answer; the signal's reason
 */
export async function exchange(call: AdminCall<unknown>, sending: Sending): Promise<RawAnswer> {
  const { fetch, base, timeoutSeconds, signal } = sending;
  const url = new URL(`${base.pathname.replace(/\/$/, '')}${call.path}`, base);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: headersOf(call, sending.headers),
      ...(call.body && { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AdminError) throw error;
    throw noWholeAnswer(base, error, timeout.aborted ? timeoutSeconds : undefined);
  }
}

/**
 * What the call asked for, out of its answer.
 * @throws AdminError as the service refused it; with code ANSWER_INVALID if the answer makes no sense
 */
export function readAnswer<Answer>({ answer }: AdminCall<Answer>, raw: RawAnswer): Answer {
  if (raw.status < 200 || raw.status > 299) throw readFailure(raw);
  if (answer.kind === 'text') return answer.read(raw.text);
  const parsed = answer.schema.safeParse(parseJson(raw.text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new AdminError({
    code: 'ANSWER_INVALID',
    message: `The answer is not one of the Mintmark admin API${where}. Check the address, and that client and service are of one release.`,
    httpStatus: raw.status,
  });
}

function headersOf(call: AdminCall<unknown>, headers: Readonly<Record<string, string>>): Record<string, string> {
  const accept = call.answer.kind === 'json' ? 'application/json' : '*/*';
  return { accept, ...(call.body && { 'content-type': 'application/json' }), ...headers };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > ANSWER_LIMIT) {
      throw new AdminError({ code: 'ANSWER_INVALID', message: `The answer is larger than ${ANSWER_LIMIT} bytes.` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function noWholeAnswer(base: URL, error: unknown, timedOutAfter: number | undefined): AdminError {
  const asked = {
    name: `The admin API at ${base.origin}`,
    check: 'Check the address and that the token service runs.',
  };
  if (timedOutAfter !== undefined) return timedOut(asked, timedOutAfter);
  // fetch wraps the system's error, and has no code for a port that it asks nobody at.
  const { code, message } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown; message?: unknown };
  return brokenOff(asked, message === 'bad port' ? message : code);
}
