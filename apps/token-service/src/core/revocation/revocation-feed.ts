import { createHash } from 'node:crypto';
import {
  REVOCATIONS_AUDIENCE,
  type RevocationKind,
  type RevocationsClaims,
  type RevokedEntry,
} from '@mintmark/contract';
import { RequestError } from '../model/errors.ts';
import {
  isBefore,
  type RevocableToken,
  type Revocation,
  type RevocationHead,
  type RevocationSet,
} from '../model/revocation.ts';
import { secondsAfter } from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import { ageSeconds, contactAt, laterContact, type Contact, type Question } from '../keys/distribution/contact.ts';
import type { RevocationNews } from '../ports/announcements.ts';
import type { Clock } from '../ports/clock.ts';

/** The signed document, as it goes over the wire. */
export interface RevocationsDocument {
  readonly body: string;
  /** Strong and quoted (RFC 9110 §8.8.3). */
  readonly etag: string;
}

interface Held {
  readonly set: RevocationSet;
  readonly byName: ReadonlyMap<string, Revocation>;
}

interface Signed {
  readonly document: RevocationsDocument;
  readonly head: RevocationHead;
  /** Which of the revocations had not ended when it was signed. */
  readonly count: number;
  readonly at: Contact;
}

/** What is to be signed, and when the database said so. */
export interface Unsigned {
  readonly claims: RevocationsClaims;
  readonly at: Contact;
}

interface Ports {
  readonly issuer: string;
  readonly clock: Clock;
  readonly timing: Timing;
}

/** So that one piece of news is a small message, whatever happened at once. */
const MOST_NEWS = 100;

/** How long a document is served though nothing has changed, in polls: verifiers want to know that nothing has. */
const SIGNED_EVERY_POLLS = 2.5;

/**
 * What is revoked, as this replica knows it, and the document that tells verifiers. A replica that has lost the database goes on
 * with both for as long as it may sign (Z), and then says that it does not know.
 */
export class RevocationFeed {
  readonly #ports: Ports;
  #held: Held | undefined;
  #contact: Contact | undefined;
  #signed: Signed | undefined;
  readonly #listeners: ((news: RevocationNews) => void)[] = [];
  readonly #accepted: (() => void)[] = [];

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** To be taken before the database is asked, and handed to `renew` or `accept` with the answer. */
  contact(): Question<RevocationHead> {
    return { ...contactAt(this.#ports.clock), held: this.#held?.set };
  }

  holds({ epoch, sequence }: RevocationHead): boolean {
    return this.#held?.set.epoch === epoch && this.#held.set.sequence === sequence;
  }

  /** The database said that nothing has changed. */
  renew(contact: Contact): void {
    this.#contact = laterContact(this.#contact, contact);
  }

  /**
   * Takes it, unless it was overtaken on its way.
   * @throws Error if the database went back; then what is held stays, and its time runs out
   */
  accept(set: RevocationSet, question: Question<RevocationHead>): void {
    if (question.held && isBefore(set, question.held)) {
      const [from, to] = [question.held, set].map(({ epoch, sequence }) => `${epoch}.${sequence}`);
      throw new Error(`the database went back from revocation ${from} to ${to}`);
    }
    if (this.#held && isBefore(set, this.#held.set)) return;
    this.#held = { set, byName: new Map(set.revocations.map((each) => [`${each.kind} ${each.id}`, each])) };
    this.renew(question);
    for (const tell of this.#accepted) tell();
  }

  /** Told whenever something else may be revoked, as `isRevoked` says it then. */
  onAccepted(listener: () => void): void {
    this.#accepted.push(listener);
  }

  /** What the next document is to say; `undefined` while the last one still says it. */
  toSign(): Unsigned | undefined {
    const { clock, issuer, timing } = this.#ports;
    const [held, contact] = [this.#held, this.#contact];
    if (!held || !contact) return undefined;
    const living = held.set.revocations.filter(({ until }) => until > contact.at);
    if (
      this.#saysSo(held.set, living.length) &&
      ageSeconds(this.#signed!.at, clock) < SIGNED_EVERY_POLLS * timing.pollSeconds
    )
      return undefined;
    const { epoch, sequence } = held.set;
    const claims = {
      ...({ iss: issuer, aud: REVOCATIONS_AUDIENCE, epoch, sequence } as const),
      as_of: numericDate(contact.at),
      next_by: numericDate(secondsAfter(contact.at, timing.signingLeaseSeconds)),
      revoked: living.map(entryOf),
    };
    return { claims, at: contact };
  }

  /** @param signed the compact JWS over what `toSign` said; one that was overtaken by a later one is not served */
  publish(signed: string, { claims, at }: Unsigned): void {
    const { epoch, sequence, revoked } = claims;
    const head = { epoch, sequence };
    const before = this.#signed?.head;
    if (before && isBefore(head, before)) return;
    const etag = `"${createHash('sha256').update(signed).digest('base64url')}"`;
    this.#signed = { document: { body: signed, etag }, head, count: revoked.length, at };
    if (before && isBefore(before, head)) for (const tell of this.#listeners) tell(this.#newsSince(before));
  }

  /** Told of each change once the document that says so can be fetched: the document is what verifiers believe. */
  onNews(listener: (news: RevocationNews) => void): void {
    this.#listeners.push(listener);
  }

  /** Where the document has got to; `undefined` while there is none. */
  position(): RevocationNews | undefined {
    if (!this.#signed) return undefined;
    const { epoch, sequence } = this.#signed.head;
    return { feedEpoch: epoch, feedSequence: sequence, revocations: [] };
  }

  /** @throws RequestError REVOCATIONS_UNAVAILABLE while there is none, and once it is too old */
  document(): RevocationsDocument {
    if (!this.#signed || !this.#isFresh(this.#signed.at)) throw unavailable();
    return this.#signed.document;
  }

  /** @throws RequestError REVOCATIONS_UNAVAILABLE if this replica cannot know */
  isRevoked(token: RevocableToken): boolean {
    return this.revokedWith(token) !== undefined;
  }

  /** By itself, or with its client or key. @throws as `isRevoked` */
  revokedWith({ tokenId, clientId, kid, issuedAt }: RevocableToken): RevocationKind | undefined {
    if (!this.#held || !this.#contact || !this.#isFresh(this.#contact)) throw unavailable();
    const { byName } = this.#held;
    const found = [byName.get(`token ${tokenId}`), byName.get(`client ${clientId}`), byName.get(`key ${kid}`)];
    return found.find((each) => each && (each.issuedBefore === null || issuedAt < each.issuedBefore))?.kind;
  }

  /** What is held; for figures. */
  get set(): RevocationSet | undefined {
    return this.#held?.set;
  }

  #newsSince({ epoch, sequence }: RevocationHead): RevocationNews {
    const { set } = this.#held!;
    const later = set.revocations.filter((each) => set.epoch > epoch || each.sequence > sequence);
    return { feedEpoch: set.epoch, feedSequence: set.sequence, revocations: later.slice(-MOST_NEWS) };
  }

  #saysSo({ epoch, sequence }: RevocationHead, count: number): boolean {
    const { head, count: said } = this.#signed ?? {};
    return head?.epoch === epoch && head.sequence === sequence && said === count;
  }

  #isFresh(contact: Contact): boolean {
    return ageSeconds(contact, this.#ports.clock) < this.#ports.timing.signingLeaseSeconds;
  }
}

function entryOf({ kind, id, until, issuedBefore }: Revocation): RevokedEntry {
  const entry = [kind, id, numericDate(until)] as const;
  return issuedBefore === null ? entry : [...entry, numericDate(issuedBefore)];
}

function numericDate(instant: Date): number {
  return instant.getTime() / 1000;
}

function unavailable(): RequestError {
  return new RequestError('REVOCATIONS_UNAVAILABLE', 'What is revoked is not known here just now. Retry later.');
}
