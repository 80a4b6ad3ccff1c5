import { lstat, realpath } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { basename, dirname, join, resolve } from 'node:path';
import type { AdminCall } from './admin-call.ts';
import { AdminError } from './admin-error.ts';
import { readAnswer } from './exchange.ts';
import { brokenOff, timedOut, unreachable, type Asked } from './no-answer.ts';
import type { RawAnswer } from './raw-answer.ts';

/** Name of the socket in the service's data directory. */
export const HOST_SOCKET = 'admin.sock';

const GROUP_OR_OTHERS = 0o077;
const GROUP_OR_OTHERS_WRITE = 0o022;
const ANSWER_LIMIT = 1024 * 1024;

export interface HostSocketOptions {
  /** Path of the service's Unix socket. */
  readonly path: string;
  /** Seconds for one call. Default 30. */
  readonly timeoutSeconds?: number;
}

/**
 * Sends a call that only the host may make, over the service's Unix socket. The rights of the file system are what
 * authenticates the two sides to each other, so they are checked first.
 * @throws AdminError with code SOCKET_UNSAFE if others could have made or use the socket, ADMIN_UNREACHABLE,
 * ADMIN_TIMED_OUT or ANSWER_LOST if there was no whole answer, or as refused
 */
export async function sendOverSocket<Answer>(call: AdminCall<Answer>, options: HostSocketOptions): Promise<Answer> {
  const path = await withoutLinks(resolve(options.path));
  await requireSafeSocket(path);
  return readAnswer(call, await overSocket(call, path, options.timeoutSeconds ?? 30));
}

/** The rights of a link say nothing of those of the directory it leads to. */
async function withoutLinks(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch((error: NodeJS.ErrnoException) => absent(path, error.code));
  return join(folder, basename(path));
}

async function requireSafeSocket(path: string): Promise<void> {
  const socket = await lstat(path).catch((error: NodeJS.ErrnoException) => absent(path, error.code));
  if (!socket.isSocket()) throw unsafe(`${path} is not a socket. Remove what is there and restart the token service.`);
  if (socket.mode & GROUP_OR_OTHERS)
    throw unsafe(`${path} has mode ${octal(socket.mode)}. Restart the token service: it makes the socket anew.`);
  requireOwner(path, socket.uid);
  const folder = dirname(path);
  const { mode, uid } = await lstat(folder);
  // Whoever may write to the directory can put a socket of their own in its place.
  if (mode & GROUP_OR_OTHERS_WRITE)
    throw unsafe(`${folder} can be written to by others (mode ${octal(mode)}). Run: chmod 700 ${folder}`);
  requireOwner(folder, uid);
}

function requireOwner(path: string, owner: number): void {
  const own = process.getuid?.();
  if (own === undefined || own === 0 || owner === own) return;
  throw unsafe(
    `${path} belongs to another user (uid ${owner}, not ${own}). Run this as the user of the token service.`,
  );
}

function overSocket(call: AdminCall<unknown>, socketPath: string, timeoutSeconds: number): Promise<RawAnswer> {
  const body = call.body && JSON.stringify(call.body);
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
  return new Promise((resolveAnswer, reject) => {
    const sent = request({ socketPath, path: call.path, method: call.method, headers, timeout: timeoutSeconds * 1000 });
    const fail = (error: NodeJS.ErrnoException) =>
      reject(error instanceof AdminError ? error : brokenOff(service(socketPath), error.code));
    sent.on('response', (response) => void readResponse(response).then(resolveAnswer, fail));
    sent.on('timeout', () => {
      reject(timedOut(service(socketPath), timeoutSeconds));
      sent.destroy();
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

async function readResponse(response: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > ANSWER_LIMIT) throw new AdminError({ code: 'ANSWER_INVALID', message: 'The answer is too large.' });
    chunks.push(chunk);
  }
  const get = (name: string) => response.headers[name]?.toString() ?? null;
  return { status: response.statusCode ?? 0, headers: { get }, text: Buffer.concat(chunks).toString('utf8') };
}

function absent(path: string, code: string | undefined): never {
  throw unreachable(service(path), code);
}

function service(path: string): Asked {
  return { name: `The token service at ${path}`, check: 'Check that it runs on this host, and its data directory.' };
}

function unsafe(message: string): AdminError {
  return new AdminError({ code: 'SOCKET_UNSAFE', message });
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
