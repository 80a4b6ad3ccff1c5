import { createHash, timingSafeEqual } from 'node:crypto';
import { hasPrivateMember, jwkThumbprint, type PublicJwk } from '@mintmark/jws';
import type { Selectable } from 'kysely';
import { canonicalJson, type TamperedKey } from '../../core/model/key-set.ts';
import type { Mac } from '../../core/ports/key-set-seal.ts';
import { SigningProviderError } from '../../core/ports/signing-key-provider.ts';
import type { KeyRow } from './key-rows.ts';
import type { KeyTables } from './schema.ts';

export type KeySetRow = Selectable<KeyTables['keyset']>;
type SealedColumns = Omit<KeySetRow, 'key_rows' | 'mac'>;

/** What a seal is over, beside the row that it is in. */
export interface KeyManifest {
  /** What each living row of the key set must be, by id. */
  readonly rows: Readonly<Record<string, RowEntry>>;
  /** Marks of the kids of destroyed keys; `undefined`: written by a version that kept none. */
  readonly spent: readonly string[] | undefined;
  /** Custodies of keys of this set that were compromised. */
  readonly condemned: readonly string[];
}

interface RowEntry {
  readonly algorithm: string;
  readonly digest: string;
}

export const EMPTY_MANIFEST: KeyManifest = { rows: {}, spent: undefined, condemned: [] };

/** Beside the ids of rows, none of which holds a blank: a version that does not know them carries them on as some of those. */
const SPENT = 'spent kids';
const CONDEMNED = 'condemned custody';

interface StoredManifest extends Record<string, unknown> {
  readonly [SPENT]?: { readonly kids: readonly string[] };
  readonly [CONDEMNED]?: { readonly custody: readonly string[] };
}

/** 72 bits of a thumbprint: no two keys share them, and years of rotation fit into a row. */
export function markOfKid(kid: string): string {
  return kid.slice(0, 12);
}

/** As a set begins: there is nothing yet that a seal could be over. */
export function isUnsealed({ key_rows: rows, mac }: KeySetRow): boolean {
  return rows === null && mac === null;
}

/**
 * The manifest of a key set, if its seal is whole.
 * @throws UnprovenKeySet if it is not: then nothing that is stored about this set can be believed
 */
export function readManifest(row: KeySetRow, mac: Mac): KeyManifest {
  const text = row.key_rows ?? '';
  const expected = Buffer.from(sealOf(row, text, mac));
  const stored = Buffer.from(row.mac ?? '');
  if (stored.length === expected.length && timingSafeEqual(stored, expected)) return parseManifest(text);
  throw new UnprovenKeySet(row.issuer);
}

function parseManifest(text: string): KeyManifest {
  const { [SPENT]: spent, [CONDEMNED]: condemned, ...rows } = JSON.parse(text) as StoredManifest;
  return { rows: rows as KeyManifest['rows'], spent: spent?.kids, condemned: condemned?.custody ?? [] };
}

function spellManifest({ rows, spent = [], condemned }: KeyManifest): string {
  return canonicalJson({
    ...rows,
    ...(spent.length > 0 && { [SPENT]: { kids: spent } }),
    ...(condemned.length > 0 && { [CONDEMNED]: { custody: condemned } }),
  });
}

/** Somebody else wrote the row of a key set, or the key of its seal is another one by now. */
export class UnprovenKeySet extends SigningProviderError {
  constructor(issuer: string) {
    super(
      'KEY_UNREADABLE',
      `The row of ${issuer} in keyset was changed outside Mintmark, or written before key sets carried a seal. ` +
        'Nothing is signed, served or changed on that basis. Restore the database from a backup.',
    );
  }
}

/** The columns that hold a manifest. */
export function sealedManifest(
  row: SealedColumns,
  manifest: KeyManifest,
  mac: Mac,
): Pick<KeySetRow, 'key_rows' | 'mac'> {
  const text = spellManifest(manifest);
  return { key_rows: text, mac: sealOf(row, text, mac) };
}

/** A column that came later, and that a row does not use, must not change what was sealed before. */
export function manifestEntry(row: KeyRow): RowEntry {
  const used = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return { algorithm: row.algorithm, digest: createHash('sha256').update(canonicalJson(used)).digest('base64url') };
}

/** Rows that are what the manifest says, and what is wrong with all others. */
export function examineRows(
  rows: readonly KeyRow[],
  { rows: manifest }: KeyManifest,
): { readonly sound: readonly KeyRow[]; readonly tampered: readonly TamperedKey[] } {
  const tampered: TamperedKey[] = [];
  const sound = rows.filter((row) => {
    const expected = Object.hasOwn(manifest, row.id) ? manifest[row.id] : undefined;
    if (expected?.digest === manifestEntry(row).digest && holdsItsKey(row)) return true;
    const algorithms = [...new Set([row.algorithm, ...(expected ? [expected.algorithm] : [])])];
    tampered.push({ id: row.id, algorithms, finding: finding(row.id, expected ? 'was changed' : 'was added') });
    return false;
  });
  const present = new Set(rows.map(({ id }) => id));
  for (const [id, { algorithm }] of Object.entries(manifest)) {
    if (!present.has(id)) tampered.push({ id, algorithms: [algorithm], finding: finding(id, 'was removed') });
  }
  return { sound, tampered };
}

/** A kid is the thumbprint of its key (RFC 7638), so that no other can be given out under it, whoever wrote the row. */
function holdsItsKey({ public_jwk: text, kid, algorithm }: KeyRow): boolean {
  if (text === null) return true;
  const jwk = JSON.parse(text) as PublicJwk;
  return jwkThumbprint(jwk) === kid && jwk.kid === kid && jwk.alg === algorithm && !hasPrivateMember(jwk);
}

function finding(id: string, what: string): string {
  return `the row ${id} of signing_key ${what} outside Mintmark. Restore the database from a backup`;
}

function sealOf(row: SealedColumns, manifest: string, mac: Mac): string {
  const { issuer, epoch, version, digest, first_activated_at: first } = row;
  return mac(['mintmark key set', issuer, `${epoch}`, `${version}`, digest, `${first ?? ''}`, manifest]);
}
