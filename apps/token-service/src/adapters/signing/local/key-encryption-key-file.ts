import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OTHERS_OR_GROUP, OTHERS_OR_GROUP_WRITE, PrivateFileError, readPrivately } from '../private-file.ts';
import {
  KEK_BYTES,
  keyEncryptionKey,
  missingKeyEncryptionKey,
  type KeyEncryptionKey,
  type KeyEncryptionKeys,
} from './key-encryption-key.ts';
import { decodeKeyText } from './key-text.ts';

/** The key-encryption key cannot be had, and the service should not start without it. */
export class KeyEncryptionKeyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeyEncryptionKeyError';
  }
}

interface Source {
  /** MINTMARK_KEK_FILE. */
  readonly file?: string | undefined;
  /** MINTMARK_KEK_FILES. */
  readonly more?: readonly string[];
  readonly dataDirectory: string;
  /** Development: without a file, the key makes itself in the data directory. */
  readonly selfMade: boolean;
  /** Whether anything is encrypted already: then a missing key is lost, not new. */
  readonly isNeeded: () => Promise<boolean>;
}

const SELF_MADE_NAME = 'key-encryption.key';
const PRIVATE = 0o600;
/**
 * Reads every key-encryption key that the settings name; the primary one comes first, see {@link openPrimary}.
 * @throws KeyEncryptionKeyError
 */
export async function openKeyEncryptionKeys(source: Source): Promise<KeyEncryptionKeys> {
  const primary = await openPrimary(source);
  const others = (source.more ?? []).map((file) => readKey(file, OTHERS_OR_GROUP_WRITE));
  const seen = new Set([primary.id]);
  return [primary, ...others.filter(({ id }) => !seen.has(id) && seen.add(id))];
}

/**
 * Reads the key-encryption key, or in development makes one. A self-made key that is gone while something is encrypted under it
 * gives a stand-in that refuses: the service starts, sealed, and says why.
 * @throws KeyEncryptionKeyError
 */
async function openPrimary(source: Source): Promise<KeyEncryptionKey> {
  if (source.file !== undefined) return readKey(source.file, OTHERS_OR_GROUP_WRITE);
  if (!source.selfMade) {
    throw new KeyEncryptionKeyError(
      'MINTMARK_KEK_FILE is not set: name a file with 32 random bytes (openssl rand -out kek 32).',
    );
  }
  const path = join(source.dataDirectory, SELF_MADE_NAME);
  if (isMissing(path) && (await source.isNeeded())) {
    return missingKeyEncryptionKey(
      `The key-encryption key ${path} is gone, and the stored keys are encrypted under it. Restore the file and restart; no key was made or changed.`,
      path,
    );
  }
  makeUnlessThere(source.dataDirectory, path);
  return readKey(path, OTHERS_OR_GROUP);
}

function readKey(path: string, forbiddenMode: number): KeyEncryptionKey {
  const content = contentOf(path, forbiddenMode);
  try {
    const bytes = content.length === KEK_BYTES ? content : decodeKeyText(content, KEK_BYTES);
    if (bytes) return keyEncryptionKey(bytes, path);
  } finally {
    content.fill(0);
  }
  throw new KeyEncryptionKeyError(
    `${path} holds no key-encryption key: it takes exactly ${KEK_BYTES} bytes, raw, in hex or in base64url (openssl rand -out ${path} 32).`,
  );
}

function contentOf(path: string, forbiddenMode: number): Buffer {
  try {
    return readPrivately(path, forbiddenMode);
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    throw new KeyEncryptionKeyError(`The key-encryption key ${error.message}`, { cause: error });
  }
}

/** Written beside and linked into place, so that no process ever reads half a key, and of two that start together one wins. */
function makeUnlessThere(directory: string, path: string): void {
  if (!isMissing(path)) return;
  const draft = join(directory, `.${SELF_MADE_NAME}.${randomBytes(8).toString('hex')}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeDurably(draft, randomBytes(KEK_BYTES));
    linkSync(draft, path);
    syncDirectory(directory);
  } catch (error) {
    if (!isAlreadyThere(error)) {
      throw new KeyEncryptionKeyError(`The key-encryption key ${path} cannot be made (${reasonOf(error)}).`, {
        cause: error,
      });
    }
  } finally {
    if (!isMissing(draft)) unlinkSync(draft);
  }
}

function writeDurably(path: string, bytes: Buffer): void {
  const descriptor = openSync(path, 'wx', PRIVATE);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
    bytes.fill(0);
  }
}

/** The name must be as durable as the bytes, before anything durable is encrypted under them. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isMissing(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return false;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function isAlreadyThere(error: unknown): boolean {
  return codeOf(error) === 'EEXIST';
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

function reasonOf(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error);
}
