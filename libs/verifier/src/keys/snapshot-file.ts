import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { isJsonObject, parseStrictJson } from '@mintmark/jws';
import { MAX_KEY_SET_BYTES } from './fetch-key-set.ts';

/** A document of the issuer as it was served, and how recent it was then (milliseconds since 1970-01-01 UTC). */
export interface Snapshot {
  readonly body: Buffer;
  readonly etag?: string;
  readonly asOf: number;
}

/** Keeps the last good document for the next start, when the issuer may be down. */
export interface SnapshotArchive {
  /** @throws Error if there is a saved one that must not be used */
  load(): Snapshot | undefined;
  /** Rejects if it could not be saved. */
  save(document: Snapshot): Promise<void>;
}

const OTHERS_MAY_WRITE = 0o022;
const ROOT = 0;

/**
 * A key set, or what is revoked, in a file. Whoever can write it decides whom this service trusts, so it is made with mode 0600, and not read if
 * somebody else owns it or may write it, if it is no plain file, or if it is of another issuer or URL. Its folder may be open to
 * others, as volumes of containers are: what they put there in its place is their own.
 */
export class SnapshotFile implements SnapshotArchive {
  readonly #path: string;
  readonly #origin: { readonly issuer: string; readonly url: string };
  readonly #maxBytes: number;
  #last: Promise<void> = Promise.resolve();

  /** @param maxBytes of the document */
  constructor(path: string, origin: { readonly issuer: string; readonly url: string }, maxBytes = MAX_KEY_SET_BYTES) {
    this.#path = path;
    this.#origin = origin;
    this.#maxBytes = maxBytes;
  }

  load(): Snapshot | undefined {
    const content = readSafely(this.#path, 2 * this.#maxBytes);
    if (!content) return undefined;
    const saved = parseStrictJson(content);
    if (!isJsonObject(saved)) throw new Error('it is not one of ours');
    const { issuer, url, body, etag, asOf } = saved;
    if (issuer !== this.#origin.issuer || url !== this.#origin.url) throw new Error('it is of another issuer or URL');
    if (typeof body !== 'string' || typeof asOf !== 'number') throw new Error('it is not one of ours');
    return { body: Buffer.from(body), asOf, ...(typeof etag === 'string' && { etag }) };
  }

  /** One write after the other, each by renaming: a reader sees the old file or the new one. */
  save({ body, ...rest }: Snapshot): Promise<void> {
    const content = JSON.stringify({ ...this.#origin, ...rest, body: body.toString('utf8') });
    this.#last = this.#last.catch(() => undefined).then(() => replaceFile(this.#path, content));
    return this.#last;
  }
}

function readSafely(path: string, maxBytes: number): Buffer | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    requireOurs(stats);
    if (stats.size > maxBytes) throw new Error('it is too large');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function requireOurs(file: Stats): void {
  if (!file.isFile()) throw new Error('it is no plain file');
  if (file.mode & OTHERS_MAY_WRITE) throw new Error('others may write it');
  // eslint-disable-next-line mintmark/no-ambient-input -- whose file it is depends on who this process is
  const own = process.geteuid?.();
  if (own !== undefined && file.uid !== own && file.uid !== ROOT) throw new Error('it belongs to somebody else');
}

/** Without waiting: to open a pipe would block the process until somebody writes to it. */
function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function replaceFile(path: string, content: string): Promise<void> {
  // Replicas may share the folder, and in containers even the process id.
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
