import type { KeySet } from '../model/key-set.ts';
import type { SigningKey } from '../model/signing-key.ts';
import { latestExpiry, rotatesAt } from '../model/signing-key.ts';
import { nextTransitions, type Agenda, type Moment } from '../keys/lifecycle/next-transition.ts';
import type { VerifierEvidence } from '../model/verifier-evidence.ts';
import type { KeyView, NextView, RingName, RingView, SightingView, VerifiersView } from './views.ts';

/** Who uses the keys, as far as is known. */
export interface KnownUsers {
  /** By kid. */
  readonly tokensUntil: ReadonlyMap<string, Date>;
  /** By kid: clients with a token that has not expired. */
  readonly tokenHolders: ReadonlyMap<string, number>;
  readonly sightings: readonly SightingView[];
  /** Absent for keys that nobody watches. */
  readonly verifiers?: VerifierEvidence & { readonly foreign: 'possible' | 'none' };
}

const NOBODY: KnownUsers = { tokensUntil: new Map(), tokenHolders: new Map(), sightings: [] };

/** A ring with each key's next step: when it may come, and what it waits for. */
export function ringView(ring: RingName, set: KeySet, moment: Moment, users: KnownUsers = NOBODY): RingView {
  const agenda = nextTransitions(set, moment);
  const keys = set.keys.map((key) => ({ ...keyView(key, nextOf(key, agenda, moment)), ...usersOf(key, users) }));
  const { sightings } = users;
  return { ring, epoch: set.epoch, version: set.version, keys, verifiers: verifiersView(users), sightings };
}

type UsesView = Pick<KeyView, 'tokensUntil' | 'tokenHolders' | 'heldBy'>;

function usersOf(key: SigningKey, { tokensUntil, tokenHolders, verifiers }: KnownUsers): UsesView {
  const kid = 'kid' in key ? (key.kid ?? '') : '';
  return {
    tokensUntil: tokensUntil.get(kid) ?? null,
    tokenHolders: tokenHolders.get(kid) ?? 0,
    heldBy: verifiers ? (verifiers.holding.get(kid) ?? 0) : null,
  };
}

function verifiersView({ verifiers }: KnownUsers): VerifiersView | null {
  if (!verifiers) return null;
  const { watching, foreign } = verifiers;
  return { watching, foreign, ...laggardsView(verifiers) };
}

export function laggardsView(evidence: VerifierEvidence | undefined): Pick<VerifiersView, 'laggards' | 'moreLaggards'> {
  if (!evidence) return { laggards: [], moreLaggards: 0 };
  const { watching, holding, laggards } = evidence;
  const named = [...laggards].flatMap(([kid, late]) => late.map((verifier) => ({ kid, ...verifier })));
  const behind = [...laggards.keys()].reduce((sum, kid) => sum + watching - (holding.get(kid) ?? 0), 0);
  return { laggards: named, moreLaggards: behind - named.length };
}

function keyView(key: SigningKey, next: NextView | null): Omit<KeyView, keyof UsesView> {
  const activated = key.state === 'active' || key.state === 'deactivated' ? key : undefined;
  return {
    kid: 'kid' in key ? key.kid : null,
    algorithm: key.algorithm,
    state: key.state,
    createdAt: key.createdAt,
    publishedAt: 'publishedAt' in key ? key.publishedAt : null,
    activatedAt: activated?.activatedAt ?? null,
    signNotAfter: activated?.signNotAfter ?? null,
    verifyUntil: activated?.verifyUntil ?? null,
    latestExpiry: activated ? latestExpiry(activated) : null,
    next,
  };
}

function nextOf(key: SigningKey, agenda: Agenda, { now, timing, algorithms }: Moment): NextView | null {
  const isUsed = algorithms.includes(key.algorithm);
  switch (key.state) {
    case 'generating':
      return { transition: 'publish', notBefore: now, waitsFor: null };
    case 'published':
      return isUsed ? waitFor('activate', key.kid, agenda, now) : null;
    case 'active':
      if (!isUsed) return { transition: 'deactivate', notBefore: key.signNotAfter, waitsFor: null };
      return {
        transition: 'deactivate',
        notBefore: takeoverOf(key.algorithm, agenda) ?? rotatesAt(key, timing),
        waitsFor: 'successor',
      };
    case 'deactivated':
    case 'compromised':
      return waitFor('destroy', key.kid, agenda, now);
    case 'destroyed':
      return null;
  }
}

/** What the agenda does not wait for is due. */
function waitFor(transition: 'activate' | 'destroy', kid: string, { waits }: Agenda, now: Date): NextView {
  const wait = waits.find((each) => each.kid === kid && each.transition === transition);
  return { transition, notBefore: wait?.until ?? now, waitsFor: wait?.for ?? null };
}

function takeoverOf(algorithm: SigningKey['algorithm'], { waits }: Agenda): Date | undefined {
  return waits.find((wait) => wait.transition === 'activate' && wait.algorithm === algorithm)?.until;
}
