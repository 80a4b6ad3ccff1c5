import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

let watching = false;

/** On every session that has its listener: a process may hold this module more than once, and one listener is enough. */
const JOINED = Symbol.for('mintmark.verifier-grpc.joined');

/**
 * Makes a repeated `authorization` header of a gRPC call visible. Node keeps the first and drops the rest before grpc-js
 * sees any, so a proxy that judged another one would have let a different token through. Joined with a comma, as
 * RFC 9110 §5.3 joins lists, they reach the interceptor as one value that it refuses.
 */
export function watchRepeatedAuthorization(): void {
  if (watching) return;
  watching = true;
  // Published before the stream's `stream` event, so the first call of a session is not missed.
  subscribe('http2.server.stream.created', (message) => {
    const { session } = (message as { stream: ServerHttp2Stream }).stream;
    if (!session || JOINED in session) return;
    Object.defineProperty(session, JOINED, { value: true });
    session.prependListener('stream', joinAuthorization);
  });
}

function joinAuthorization(_stream: unknown, headers: IncomingHttpHeaders, _flags: number, raw: string[]): void {
  if (!headers['content-type']?.startsWith('application/grpc')) return;
  const values = raw.filter((_, i) => i % 2 === 1 && raw[i - 1] === 'authorization');
  if (values.length > 1) headers.authorization = values.join(', ');
}
