import type { RevocationKind, RevocationsClaims, RevokedEntry } from '@mintmark/contract';
import { comparePositions, type RevocableToken, type RevocationPosition } from './revocations.ts';

/** When a request left and when its answer was here, in milliseconds. */
interface Exchange {
  readonly sentAt: number;
  readonly receivedAt: number;
}

export type Taken =
  | { readonly outcome: 'changed' | 'confirmed' }
  | { readonly outcome: 'refused' | 'regressed'; readonly reason: string };

interface Held {
  readonly claims: RevocationsClaims;
  readonly entries: ReadonlyMap<string, RevokedEntry>;
}

/** The last document that was taken, and the judgement of what would replace it. */
export class HeldRevocations {
  readonly #leeway: number;
  #held: Held | undefined;
  /** Milliseconds: how recent it is at its source. */
  #asOf = -Infinity;
  /** It was saved, and may have come from anybody: it serves until something is fetched. */
  #isProvisional = false;

  /** @param leeway milliseconds by which clocks may disagree */
  constructor(leeway: number) {
    this.#leeway = leeway;
  }

  get asOf(): number {
    return this.#asOf;
  }

  get claims(): RevocationsClaims | undefined {
    return this.#held?.claims;
  }

  /** Whether what is held is as new as that. */
  reaches(position: RevocationPosition): boolean {
    return this.#held !== undefined && comparePositions(this.#held.claims, position) >= 0;
  }

  isRevoked({ tokenId, clientId, kid, issuedAt }: RevocableToken): boolean {
    const entries = this.#held?.entries;
    if (!entries || entries.size === 0) return false;
    return (
      counts(entries.get(nameOf('token', tokenId)), issuedAt) ||
      counts(entries.get(nameOf('client', clientId)), issuedAt) ||
      counts(entries.get(nameOf('key', kid)), issuedAt)
    );
  }

  /** Takes a verified document of before. While the source is away it is as good as one that was held all along. */
  restore(claims: RevocationsClaims, asOf: number, isProven: boolean): void {
    this.#hold(claims);
    this.#asOf = asOf;
    this.#isProvisional = !isProven;
  }

  /** Takes a verified document, unless that would be a step back; then what was held stays. */
  take(claims: RevocationsClaims, { sentAt, receivedAt }: Exchange): Taken {
    if (claims.next_by * 1000 + this.#leeway < receivedAt) return { outcome: 'refused', reason: 'it is too old' };
    if (this.#isProvisional) this.#forget();
    const held = this.#held;
    const order = held ? comparePositions(claims, held.claims) : 1;
    if (order < 0) return { outcome: 'regressed', reason: 'it is older than the held one' };
    if (order === 0 && !sameContent(claims, held!.claims))
      return { outcome: 'regressed', reason: 'it differs from the held one under the same sequence' };
    // A source whose clock is ahead must not keep it fresh for longer.
    this.#asOf = Math.max(this.#asOf, Math.min(claims.as_of * 1000, sentAt));
    if (order === 0 && held!.claims.as_of >= claims.as_of) return { outcome: 'confirmed' };
    this.#hold(claims);
    return { outcome: order === 0 ? 'confirmed' : 'changed' };
  }

  #hold(claims: RevocationsClaims): void {
    this.#held = { claims, entries: new Map(claims.revoked.map((entry) => [nameOf(entry[0], entry[1]), entry])) };
  }

  #forget(): void {
    this.#held = undefined;
    this.#asOf = -Infinity;
    this.#isProvisional = false;
  }
}

function counts(entry: RevokedEntry | undefined, issuedAt: number): boolean {
  return entry !== undefined && (entry[3] === undefined || issuedAt < entry[3]);
}

function nameOf(kind: RevocationKind, id: string): string {
  return `${kind} ${id}`;
}

/** What has ended is no longer said; that alone may differ. */
function sameContent(one: RevocationsClaims, other: RevocationsClaims): boolean {
  const from = Math.max(one.as_of, other.as_of);
  const [living, held] = [one, other].map(({ revoked }) =>
    revoked
      .filter(([, , until]) => until > from)
      .map((entry) => JSON.stringify(entry))
      .sort(),
  );
  return living!.length === held!.length && living!.every((entry, index) => entry === held![index]);
}
