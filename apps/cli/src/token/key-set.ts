import { ROUTES } from '@mintmark/contract';
import { readText } from '../input/read-file.ts';
import type { Terminal } from '../output/terminal.ts';
import { asUsage, UsageError } from '../output/usage-error.ts';

export interface KeySet {
  readonly keys: readonly object[];
}

const TIMEOUT_MS = 5_000;
const LIMIT = 256 * 1024;

/** The issuer's keys could not be had: nothing can be decided. */
export class KeysUnreachable extends Error {
  readonly code = 'ISSUER_UNREACHABLE';

  constructor(message: string) {
    super(message);
    this.name = 'TokenRequestError';
  }
}

/**
 * A key set from a file, a URL, or standard input (`-`).
 * @throws UsageError if it is none, KeysUnreachable
 */
export async function readKeySet(terminal: Terminal, source: string): Promise<KeySet> {
  const text = /^https?:/i.test(source) ? await fetchKeySet(source) : await readText(terminal, source, LIMIT);
  try {
    const set = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(set.keys)) return { keys: set.keys as object[] };
  } catch {
    // Said below, in the words that help.
  }
  throw new UsageError(`${source} is no key set: it takes JSON with a list "keys" (RFC 7517 §5).`);
}

/** Where an issuer of ours has its keys. */
export function keySetUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}${ROUTES.jwks}`;
}

async function fetchKeySet(url: string): Promise<string> {
  const { safeAddress } = await import('@mintmark/admin-client');
  // Keys that somebody on the way may replace would prove nothing.
  const { href } = asUsage(() => safeAddress(url, 'The address of the key set'));
  try {
    const response = await fetch(href, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return await response.text();
    throw new KeysUnreachable(`${href} answered HTTP ${response.status} instead of a key set. Check the address.`);
  } catch (error) {
    if (error instanceof KeysUnreachable) throw error;
    throw new KeysUnreachable(
      `The key set at ${href} cannot be reached. Check the address and that the token service runs.`,
    );
  }
}
