import { scrub } from './evidence-on-the-wire.ts';
import type { ClientEvidence } from './client-identity.ts';

const LONGEST = 300;

/** A text of the other side made fit for an error: printable (RFC 6749 §5.2), short, and without our own evidence. */
export function foreignText(value: unknown, evidence: ClientEvidence): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return scrub(value, evidence)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, LONGEST);
}
