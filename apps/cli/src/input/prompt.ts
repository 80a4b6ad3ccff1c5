import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { InputStream, Terminal } from '../output/terminal.ts';
import { Interrupted, UsageError } from '../output/usage-error.ts';

/** Longest secret read, in bytes; ours have 50. */
const SECRET_LIMIT = 4096;

/** Asks on standard error, so that standard output holds results alone. */
export async function readLine(terminal: Terminal, question: string, interrupt: AbortSignal): Promise<string> {
  terminal.stderr.write(question);
  const reader = createInterface({ input: terminal.stdin });
  try {
    return await nextLine(reader, interrupt);
  } finally {
    reader.close();
  }
}

/** @throws UsageError if there is none */
export async function readSecretLine(terminal: Terminal, question: string, interrupt: AbortSignal): Promise<string> {
  const secret = terminal.stdin.isTTY
    ? await typedWithoutEcho(terminal, question, interrupt)
    : (await readAll(terminal.stdin, SECRET_LIMIT)).trim();
  if (secret === '') throw new UsageError('There is no secret: type it, pipe it in, or name its file.');
  return secret;
}

/**
 * The whole of a stream as text.
 * @param advice what to do about one that is longer than `limit` bytes
 * @throws UsageError if it is longer than `limit` bytes, or no UTF-8
 */
export async function readAll(
  stream: InputStream,
  limit: number,
  advice = 'Check that it is the right file.',
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw new UsageError(`Standard input is longer than ${limit} bytes. ${advice}`);
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks));
}

/** Strictly: replacing what is no UTF-8 would change what a name says. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError('Standard input is not UTF-8 text. Save it as plain text in UTF-8.');
  }
}

async function typedWithoutEcho(terminal: Terminal, question: string, interrupt: AbortSignal): Promise<string> {
  terminal.stderr.write(question);
  // readline puts the terminal into raw mode and echoes what is typed to its output: here, nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: terminal.stdin, output: nowhere, terminal: true });
  try {
    return (await nextLine(reader, interrupt)).trim();
  } finally {
    reader.close();
    terminal.stderr.write('\n');
  }
}

function nextLine(reader: ReturnType<typeof createInterface>, interrupt: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Interrupted());
    interrupt.addEventListener('abort', stop, { once: true });
    reader.once('SIGINT', stop);
    reader.once('line', resolve);
    reader.once('close', () => resolve(''));
  });
}
