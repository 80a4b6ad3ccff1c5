import { MAX_REVOCATIONS, type RevocationKind } from '@mintmark/contract';
import { RequestError } from './errors.ts';
import type { RegistryChanges } from './registry-changes.ts';
import type { Moment } from './database-clock.ts';
import { secondsAfter } from './signing-key.ts';
import { afterlifeSeconds, type Timing } from './timing.ts';

/** Says which of two states is the later one. Only goes up, by one with each change of a revocation. */
export interface RevocationHead {
  readonly epoch: number;
  readonly sequence: number;
}

/** Whether `one` is of an earlier state than `other`. */
export function isBefore(one: RevocationHead, other: RevocationHead): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.sequence < other.sequence);
}

/** A token, as far as revocation asks about it. */
export interface RevocableToken {
  readonly tokenId: string;
  readonly clientId: string;
  readonly kid: string;
  readonly issuedAt: Date;
}

/** What is refused although its signature is good, until no verifier would accept it anyway. */
export interface Revocation {
  readonly kind: RevocationKind;
  /** `jti`, client id or `kid`. */
  readonly id: string;
  readonly revokedAt: Date;
  /** No token that it concerns can be accepted after that. */
  readonly until: Date;
  /** Of a client that may go on: tokens issued from then on are accepted. `null`: none is. */
  readonly issuedBefore: Date | null;
  /** Of a token that its own client revoked: that client. */
  readonly client: string | null;
  /** The change that made it what it is. */
  readonly sequence: number;
}

export interface RevocationSet extends RevocationHead {
  /** Those that have not ended, in the order of their sequence. */
  readonly revocations: readonly Revocation[];
}

export type RevocationOrder =
  /** `expiresAt` is absent where only the `jti` is known; `client`: the client that revokes its own. */
  | {
      readonly verb: 'revoke';
      readonly kind: 'token';
      readonly id: string;
      readonly expiresAt?: Date;
      readonly client?: string;
    }
  | { readonly verb: 'revoke'; readonly kind: 'client'; readonly id: string }
  /** `verifyUntil`: V of the key, if it has one yet. */
  | { readonly verb: 'revoke'; readonly kind: 'key'; readonly id: string; readonly verifyUntil?: Date }
  /** What the client is issued from now on counts again; what it was issued before does not. */
  | { readonly verb: 'admit'; readonly kind: 'client'; readonly id: string };

/** Verifiers may be given up to three times L: 60 s where ours is 20. */
const LONGEST_LEEWAY = 3;

/** A client's own tokens, so that no client can fill the room of all. */
const MOST_TOKENS_OF_A_CLIENT = 500;

/** A key of today could sign for three periods. */
const PERIODS_OF_A_KEY = 3;

/**
 * What an order makes of a revocation. Pure: a live run and a plan decide by the same function.
 * @param found the revocation there is, unless it has ended
 * @returns `undefined` if nothing is to be changed
 */
export function decideRevocation(
  order: RevocationOrder,
  found: Revocation | undefined,
  { moment, timing }: { moment: Moment; timing: Timing },
): Omit<Revocation, 'sequence'> | undefined {
  const { earliest, latest: now } = moment;
  if (order.verb === 'admit') return found && admitting(found, now, timing);
  const { kind, id } = order;
  const until = endOf(order, now, timing);
  const client = order.kind === 'token' ? (order.client ?? null) : null;
  const fresh = { kind, id, revokedAt: now, until, issuedBefore: null, client };
  if (!found) return until > earliest ? fresh : undefined;
  if (kind !== 'client' && found.until >= until) return undefined;
  return { ...fresh, until: later(found.until, until), client: found.client };
}

/**
 * A cut-off replica may still issue what this refuses, so `until` is Z longer than the tokens that are out now.
 * A token by its `exp` has no need of that.
 */
function endOf(order: RevocationOrder & { verb: 'revoke' }, now: Date, timing: Timing): Date {
  const { leewaySeconds, clockErrorSeconds, rotationPeriodSeconds } = timing;
  const longer = (LONGEST_LEEWAY - 1) * leewaySeconds;
  const lastTokenDead = afterlifeSeconds(timing) + longer;
  switch (order.kind) {
    case 'token':
      return order.expiresAt
        ? secondsAfter(order.expiresAt, LONGEST_LEEWAY * leewaySeconds + clockErrorSeconds)
        : secondsAfter(now, lastTokenDead);
    case 'client':
      return secondsAfter(now, lastTokenDead);
    case 'key': {
      // Who has stolen it can sign for as long as a verifier may hold its public half.
      const lastVerifier = secondsAfter(now, PERIODS_OF_A_KEY * rotationPeriodSeconds + lastTokenDead);
      return order.verifyUntil ? later(order.verifyUntil, lastVerifier) : lastVerifier;
    }
  }
}

/**
 * Replicas may be ε slow, so tokens of the last ε are let in; but never those from before the revocation, which one that is ε
 * fast may have dated later than it.
 */
function admitting(found: Revocation, now: Date, { clockErrorSeconds }: Timing): Revocation | undefined {
  if (found.issuedBefore) return undefined;
  const issuedBefore = later(secondsAfter(found.revokedAt, clockErrorSeconds), secondsAfter(now, -clockErrorSeconds));
  return { ...found, issuedBefore };
}

/**
 * What a change of the registry means for tokens that are out already: those of a client that is disabled or gone are refused,
 * and one that is let in again, or made anew under the same name, does not get back those it had.
 */
export function revocationsOf({ clients }: Pick<RegistryChanges, 'clients'>): readonly RevocationOrder[] {
  return clients.flatMap((change): readonly RevocationOrder[] => {
    const was = change.action !== 'create' && !change.before.disabled;
    const is = change.action !== 'remove' && !change.after.disabled;
    const { id } = change.action === 'remove' ? change.before : change.after;
    if (was && !is) return [{ verb: 'revoke', kind: 'client', id }];
    return is && !was ? [{ verb: 'admit', kind: 'client', id }] : [];
  });
}

/** How many revocations there are. */
export interface RevocationCounts {
  /** Of the kind that is to be added to. */
  readonly ofKind: number;
  /** Tokens that this client revoked. */
  readonly ofClient: number;
}

/**
 * Each kind has room of its own: what clients may fill keeps no operator out. Keys are few, and whoever ends the trust in one is
 * not to be told to wait.
 */
const ROOM: Readonly<Record<RevocationKind, number>> = {
  token: MAX_REVOCATIONS / 2,
  client: MAX_REVOCATIONS / 2 - 200,
  key: Infinity,
};

/** @throws RequestError REVOCATIONS_FULL; verifiers could not read more, and one client must not keep out the others */
export function demandRoom(kind: RevocationKind, { ofKind, ofClient }: RevocationCounts): void {
  if (ofClient > MOST_TOKENS_OF_A_CLIENT) {
    throw new RequestError(
      'REVOCATIONS_FULL',
      `This client has revoked ${MOST_TOKENS_OF_A_CLIENT} tokens that have not expired. Retry when some have, or ask an operator to revoke all of the client.`,
    );
  }
  if (ofKind > ROOM[kind]) {
    throw new RequestError(
      'REVOCATIONS_FULL',
      `More than ${ROOM[kind]} ${kind}s revoked at a time do not reach verifiers, so nothing was changed. Revoke in parts: each ends with the last token it concerns.`,
    );
  }
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
