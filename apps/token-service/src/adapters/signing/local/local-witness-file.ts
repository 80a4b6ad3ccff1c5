import { createHash, timingSafeEqual } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson } from '../../../core/model/key-set.ts';
import {
  endedElsewhere,
  mergeWitnesses,
  NOTHING_WITNESSED,
  type WitnessRecord,
} from '../../../core/model/witness-record.ts';
import type { DataKeyWrap } from '../../../core/ports/envelope-store.ts';
import { WitnessUnreadable, type KeySetWitness } from '../../../core/ports/key-set-witness.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import type { KeyEncryptionKeys } from './key-encryption-key.ts';
import { lengthPrefixed } from './key-envelope.ts';

interface Needs {
  readonly path: string;
  readonly keks: KeyEncryptionKeys;
  /** Lets one of those that share the file do something at a time. */
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

interface Content {
  readonly record: WitnessRecord;
  /** The digest of the record, encrypted and authenticated under each key-encryption key: any one of them proves it. */
  readonly seals: readonly DataKeyWrap[];
}

/**
 * A witness in a file, readable to people; nobody without a key-encryption key can write one that is believed. Replicas may share
 * it: each adds what it knows to what is there.
 */
export class LocalWitnessFile implements KeySetWitness {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async read(): Promise<WitnessRecord | undefined> {
    return (await this.#proven())?.record;
  }

  /**
   * The same, for a process that writes: a key-encryption key that came since must be able to prove the record alone, once the
   * others are dropped.
   */
  readAndRenew(): Promise<WitnessRecord | undefined> {
    return this.#needs.exclusively(async () => {
      const content = await this.#proven();
      if (content && !this.#isProvedByAll(content)) await this.#replace(content.record);
      return content?.record;
    });
  }

  write(record: WitnessRecord, was?: WitnessRecord): Promise<void> {
    return this.#needs.exclusively(async () => this.#add(await this.#proven(), record, was));
  }

  writeAnew(record: WitnessRecord): Promise<void> {
    return this.#needs.exclusively(async () => {
      const content = await this.#proven().catch((error: unknown) => {
        if (error instanceof WitnessUnreadable) return undefined;
        throw error;
      });
      await this.#add(content, record);
    });
  }

  async #add(content: Content | undefined, record: WitnessRecord, was?: WitnessRecord): Promise<void> {
    if (!content) return this.#replace(record);
    const kept = new Set(record.reserved.map(canonicalJson));
    const stored = { ...NOTHING_WITNESSED, ...content.record };
    const ended = was?.reserved.filter((order) => !kept.has(canonicalJson(order))) ?? [];
    const merged = mergeWitnesses(stored, record, [...ended, ...(was ? endedElsewhere(stored, was) : [])]);
    const isNews = canonicalJson(merged) !== canonicalJson(content.record);
    if (isNews || !this.#isProvedByAll(content)) await this.#replace(merged);
  }

  async #replace(record: WitnessRecord): Promise<void> {
    const { path, keks } = this.#needs;
    const seals = keks.map((kek) => kek.wrap(digestOf(record), CONTEXT));
    const draft = `${path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ record, seals } satisfies Content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncDirectory(dirname(path));
  }

  #isProvedByAll({ seals }: Content): boolean {
    return this.#needs.keks.every(({ id }) => seals.some(({ kekId }) => kekId === id));
  }

  async #proven(): Promise<Content | undefined> {
    const text = await this.#text();
    if (text === undefined) return undefined;
    const content = this.#parse(text);
    if (content.seals.some((seal) => this.#proves(seal, content.record))) return content;
    throw this.#unreadable('it was changed, or no key-encryption key at hand proves it');
  }

  async #text(): Promise<string | undefined> {
    try {
      return await readFile(this.#needs.path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw this.#unreadable(`it cannot be read (${code ?? String(error)})`);
    }
  }

  #parse(text: string): Content {
    try {
      const content = JSON.parse(text) as Partial<Content> | null;
      if (content?.record && Array.isArray(content.seals)) return { record: content.record, seals: content.seals };
    } catch {
      // Told below, with the same words.
    }
    throw this.#unreadable('it is damaged');
  }

  #proves(seal: DataKeyWrap, record: WitnessRecord): boolean {
    const kek = this.#needs.keks.find(({ id }) => id === seal.kekId);
    try {
      const digest = kek?.unwrap(seal, CONTEXT);
      return digest?.length === DIGEST_BYTES && timingSafeEqual(digest, digestOf(record));
    } catch (error) {
      if (error instanceof SigningProviderError) return false;
      throw error;
    }
  }

  #unreadable(why: string): WitnessUnreadable {
    return new WitnessUnreadable(`the witness ${this.#needs.path} cannot be relied on: ${why}`);
  }
}

const CONTEXT = lengthPrefixed(['mintmark witness']);
const DIGEST_BYTES = 32;

function digestOf(record: WitnessRecord): Buffer {
  return createHash('sha256').update(canonicalJson(record)).digest();
}

/** A rename is durable once the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
