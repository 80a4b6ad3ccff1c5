import type { SecretUsage } from '../authentication/secret-usage.ts';
import type { VerifyAudit } from '../audit/verify-audit.ts';
import { ADMIN_RESOURCE } from '../model/admin-resource.ts';
import { RESERVED_IDS } from '../model/entity-id.ts';
import { KEYSET_RESOURCE } from '../model/keyset-resource.ts';
import { RequestError } from '../model/errors.ts';
import type { KeySet } from '../model/key-set.ts';
import { refuseUnusable } from '../keys/refuse-unusable.ts';
import type { KeySetSightings } from '../keys/distribution/key-set-sightings.ts';
import type { KeyUsage } from '../keys/key-usage.ts';
import type { ReadKeySet } from '../ports/key-repository.ts';
import type { KeyUses } from '../ports/key-uses.ts';
import type { VerifierAcks } from '../ports/verifier-acks.ts';
import type { OperatorAction } from '../model/audit-event.ts';
import type { Resource } from '../model/resource.ts';
import type { Timing } from '../model/timing.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { AuditTail, AuditTrail, AuditVerification } from '../ports/audit-trail.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';
import type { RevocationStore } from '../ports/revocation-store.ts';
import type { SecretUses } from '../ports/secret-uses.ts';
import type { VerifierHoldings } from '../ports/verifier-holdings.ts';
import { clientView } from './client-view.ts';
import { writeDeclaration } from '../registry/declaration/write-declaration.ts';
import { laggardsView, ringView, type KnownUsers } from './key-status.ts';
import type { Operator } from './operator.ts';
import { clientOf } from './registry-decision.ts';
import { revokedView } from './revocation-view.ts';
import { scheduledTimeline } from './rotation-timeline.ts';
import type { InspectedRings } from './rings.ts';
import {
  RING_NAMES,
  type ClientView,
  type HoldingsView,
  type KeyUsersView,
  type KeyPlanView,
  type Page,
  type PolicyView,
  type ResourceView,
  type RevokedView,
  type RingName,
  type RingView,
} from './views.ts';

interface Ports {
  readonly repository: Pick<RegistryRepository, 'load'>;
  readonly revocations: Pick<RevocationStore, 'load'>;
  readonly secretUses: Pick<SecretUses, 'of'>;
  readonly secretUsage: Pick<SecretUsage, 'flush'>;
  readonly rings: InspectedRings;
  readonly holdings: VerifierHoldings;
  readonly timing: Timing;
  readonly trail: Pick<AuditTrail, 'tail'>;
  readonly verifyAudit: Pick<VerifyAudit, 'execute'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly keyUses: Pick<KeyUses, 'of' | 'clientsOf' | 'holdersOf'>;
  readonly sightings: Pick<KeySetSightings, 'figures'>;
  readonly keyUsage: Pick<KeyUsage, 'flush'>;
  readonly acks: Pick<VerifierAcks, 'evidence' | 'holdersOf'>;
  readonly foreignVerifiers: 'possible' | 'none';
}

/** How many verifiers are named when one key is asked about. */
const MOST_NAMED = 100;

const NOBODY = { watching: 0, holding: 0, holders: [], others: [] };

export interface PageRequest {
  readonly limit: number;
  /** Id of the last entry of the page before. */
  readonly cursor?: string;
}

/** What operators look at. Changes nothing. */
export class Inspection {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async clients(request: PageRequest): Promise<Page<ClientView>> {
    const page = pageOf((await this.#ports.repository.load()).clients, request);
    const uses = await this.#usesOf(page.items.map(({ id }) => id));
    return { ...page, items: page.items.map((client) => clientView(client, uses)) };
  }

  /** @throws RequestError CLIENT_UNKNOWN */
  async client(id: string): Promise<ClientView> {
    const client = clientOf(await this.#ports.repository.load(), id);
    return clientView(client, await this.#usesOf([id]));
  }

  /** What is refused now, in the order of its kinds and ids. */
  async revocations(request: PageRequest): Promise<Page<RevokedView>> {
    const { revocations } = (await this.#ports.revocations.load()).value;
    const named = revocations.map((each) => ({ id: `${each.kind}/${each.id}`, each }));
    const page = pageOf(
      named.sort((a, b) => (a.id < b.id ? -1 : 1)),
      request,
    );
    return { ...page, items: page.items.map(({ each }) => revokedView(each)) };
  }

  async resources(request: PageRequest): Promise<Page<ResourceView>> {
    const { resources } = await this.#ports.repository.load();
    const all = [...resources, ADMIN_RESOURCE, KEYSET_RESOURCE].sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = pageOf(all, request);
    return { ...page, items: page.items.map(resourceView) };
  }

  async policies(request: PageRequest): Promise<Page<PolicyView>> {
    const { policies } = await this.#ports.repository.load();
    return pageOf(
      policies.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      request,
    );
  }

  /** The registry as a declaration file, YAML. */
  async exportRegistry(): Promise<string> {
    return writeDeclaration(await this.#ports.repository.load());
  }

  async keyStatus(): Promise<readonly RingView[]> {
    const { rings, timing } = this.#ports;
    return Promise.all(
      RING_NAMES.map(async (ring) => {
        const { value, databaseTime: now, evidence } = await this.#load(ring);
        const moment = { now, timing, algorithms: rings[ring].algorithms(), evidence };
        return ringView(ring, value, moment, await this.#users(ring, value, now));
      }),
    );
  }

  /** What the schedule will do, and when. */
  async keyPlan(): Promise<readonly KeyPlanView[]> {
    const { rings, timing } = this.#ports;
    return Promise.all(
      RING_NAMES.map(async (ring) => {
        const { value, databaseTime: now, evidence } = await this.#load(ring);
        const moment = { now, timing, algorithms: rings[ring].algorithms(), evidence };
        const timeline = scheduledTimeline(value, moment);
        return { ring, version: value.version, timeline, ...laggardsView(evidence) };
      }),
    );
  }

  /** Who has told that it holds the key sets as they are now. */
  async keyHoldings(): Promise<readonly HoldingsView[]> {
    const { rings, holdings } = this.#ports;
    return Promise.all(
      RING_NAMES.map(async (ring) => {
        const { epoch, version } = (await this.#load(ring)).value;
        return { ring, epoch, version, ...(await holdings.of(rings[ring].issuer, { epoch, version })) };
      }),
    );
  }

  /** @throws RequestError KEYS_KID_UNKNOWN */
  async keyUsers(kid: string): Promise<KeyUsersView> {
    const { acks, keyUses, foreignVerifiers: foreign } = this.#ports;
    for (const ring of RING_NAMES) {
      const { value, databaseTime: now } = await this.#load(ring);
      const key = value.keys.find((each) => 'kid' in each && each.kid === kid);
      if (!key) continue;
      const { tokensUntil } = await this.#users(ring, value, now);
      const tokens = await keyUses.holdersOf(kid, now, MOST_NAMED);
      const holders = ring === 'public' ? await acks.holdersOf(kid, MOST_NAMED) : NOBODY;
      return {
        ...{ ring, kid, state: key.state, tokensUntil: tokensUntil.get(kid) ?? null },
        ...{ tokenHolders: tokens.clients, clients: tokens.holders, foreign, ...holders },
      };
    }
    throw new RequestError(
      'KEYS_KID_UNKNOWN',
      `No ring has a key ${kid}. It may be destroyed: see mintmark keys status.`,
    );
  }

  tailAudit(request: { readonly after?: number; readonly limit: number }): Promise<AuditTail> {
    return this.#ports.trail.tail(request);
  }

  async verifyAudit(operator: Operator): Promise<AuditVerification> {
    const verification = await this.#ports.verifyAudit.execute();
    await this.#ports.audit.append(this.#verified(operator, verification));
    return verification;
  }

  /** @throws RequestError KEYS_UNUSABLE */
  #load(ring: RingName): Promise<ReadKeySet> {
    return this.#ports.rings[ring].repository.load().catch(refuseUnusable);
  }

  /** Only the public ring has verifiers that watch. */
  async #users(ring: RingName, { keys }: KeySet, now: Date): Promise<KnownUsers> {
    const { keyUses, keyUsage, acks, sightings, foreignVerifiers: foreign } = this.#ports;
    await keyUsage.flush().catch(notYetWritten);
    const kids = keys.flatMap((key) => ('kid' in key && key.kid !== null ? [key.kid] : []));
    const uses = { tokensUntil: await keyUses.of(kids), tokenHolders: await keyUses.clientsOf(kids, now) };
    if (ring !== 'public') return { ...uses, sightings: [] };
    const standbys = keys.filter((key) => key.state === 'published').map(({ kid }) => kid);
    const verifiers = { ...(await acks.evidence(standbys)), foreign };
    return { ...uses, verifiers, sightings: sightings.figures };
  }

  #verified({ requestId, clientId: actor, tokenId: jti, scopes }: Operator, { ok }: AuditVerification): OperatorAction {
    const about = { event: 'operator.action', action: 'audit.verify', subject: 'audit', plan: false } as const;
    const by = { requestId, actor, jti, scopes };
    return { ...about, time: this.#ports.clock.now(), ...by, outcome: ok ? 'done' : 'failed' };
  }

  async #usesOf(clientIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    await this.#ports.secretUsage.flush().catch(notYetWritten);
    return this.#ports.secretUses.of(clientIds);
  }
}

/** What was used lately is then missing from what is shown: no reason to show nothing. It is tried again, and the log tells of it. */
function notYetWritten(): void {}

/** @param all by id */
function pageOf<Item extends { readonly id: string }>(
  all: readonly Item[],
  { limit, cursor }: PageRequest,
): Page<Item> {
  const rest = cursor === undefined ? all : all.filter(({ id }) => id > cursor);
  const items = rest.slice(0, limit);
  return { items, nextCursor: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function resourceView(resource: Resource): ResourceView {
  const { id, audience, uri = null, operatedBy = null, scopes, tokenLifetimeSeconds } = resource;
  const { signingAlgorithm, senderConstraint } = resource;
  const builtIn = RESERVED_IDS.includes(id);
  return { id, audience, uri, operatedBy, scopes, tokenLifetimeSeconds, signingAlgorithm, senderConstraint, builtIn };
}
