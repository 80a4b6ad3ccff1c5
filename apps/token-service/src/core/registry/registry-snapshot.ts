import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import { ADMIN_RESOURCE } from '../model/admin-resource.ts';
import { KEYSET_RESOURCE } from '../model/keyset-resource.ts';
import type { Client, DeclaredCredential } from '../model/client.ts';
import { policyId, type Policy } from '../model/policy.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { Resource } from '../model/resource.ts';
import type { TrustedIssuer } from '../model/trusted-issuer.ts';

const NONE: readonly Policy[] = [];

export type WorkloadIdentity = Extract<DeclaredCredential, { kind: 'workload_identity' }>;

/** A client, and what it declares of the workload that it is. */
export interface Workload {
  readonly client: Client;
  readonly identity: WorkloadIdentity;
}

const NO_WORKLOADS: readonly Workload[] = [];

/** The registry at one version, indexed for issuing: every look-up is O(1), nothing in it ever changes. */
export class RegistrySnapshot {
  readonly version: number;
  /** Those that resources ask for; ES256 while there is no resource, so that the first one need not wait for its key. */
  readonly signingAlgorithms: readonly SigningAlgorithm[];
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly #keySetUrls: ReadonlySet<string>;
  readonly #workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #resourcesByUri: ReadonlyMap<string, Resource>;
  readonly #policiesByClient: ReadonlyMap<string, readonly Policy[]>;
  readonly #policiesByPair: ReadonlyMap<string, readonly Policy[]>;

  /** @param timeScale divides the lifetimes that tokens get; the stored registry keeps the declared ones */
  constructor(stored: StoredRegistry, { timeScale = 1 }: { timeScale?: number } = {}) {
    this.version = stored.version;
    const asked = new Set(stored.resources.map(({ signingAlgorithm }) => signingAlgorithm));
    this.signingAlgorithms = asked.size === 0 ? ['ES256'] : SIGNING_ALGORITHMS.filter((name) => asked.has(name));
    const [signingAlgorithm = KEYSET_RESOURCE.signingAlgorithm] = this.signingAlgorithms;
    const builtIn = [ADMIN_RESOURCE, { ...KEYSET_RESOURCE, signingAlgorithm }];
    const resources = [...stored.resources, ...builtIn].map((resource) => ({
      ...resource,
      tokenLifetimeSeconds: resource.tokenLifetimeSeconds / timeScale,
    }));
    this.#clients = new Map(stored.clients.map((client) => [client.id, client]));
    this.#issuers = new Map(stored.issuers.map((issuer) => [issuer.id, issuer]));
    this.#keySetUrls = new Set([
      ...stored.issuers.flatMap(({ keys }) => urlOf(keys)),
      ...stored.clients.flatMap(({ credentials }) => credentials.flatMap(urlOf)),
    ]);
    this.#workloads = indexWorkloads(stored.clients);
    this.#resources = new Map(resources.map((resource) => [resource.id, resource]));
    this.#resourcesByUri = indexByUri(resources);
    this.#policiesByClient = groupBy(stored.policies, ({ client }) => client);
    const all = [...stored.policies, ...watchPolicies(stored.resources)];
    this.#policiesByPair = groupBy(all, ({ client, resource }) => pairKey(client, resource));
  }

  static readonly EMPTY = new RegistrySnapshot({ version: 0, issuers: [], clients: [], resources: [], policies: [] });

  client(id: string): Client | undefined {
    return this.#clients.get(id);
  }

  /** A trusted issuer by its `iss`, or by its trust domain. */
  issuer(id: string): TrustedIssuer | undefined {
    return this.#issuers.get(id);
  }

  /** Every `jwksUri` there is. */
  keySetUrls(): ReadonlySet<string> {
    return this.#keySetUrls;
  }

  /** Who declares to be that workload of that issuer; more than one where they differ in what else they demand. */
  workloads(issuerId: string, subject: string): readonly Workload[] {
    return this.#workloads.get(workloadKey(issuerId, subject)) ?? NO_WORKLOADS;
  }

  resourceById(id: string): Resource | undefined {
    return this.#resources.get(id);
  }

  /** Finds it as declared, or as a URL parser writes it: `https://a.internal` and `https://a.internal/` are one. */
  resourceByUri(uri: string): Resource | undefined {
    const exact = this.#resourcesByUri.get(uri);
    if (exact) return exact;
    const normal = URL.parse(uri)?.href;
    return normal === undefined ? undefined : this.#resourcesByUri.get(normal);
  }

  /** All declared policies of a client. */
  grantsOf(clientId: string): readonly Policy[] {
    return this.#policiesByClient.get(clientId) ?? NONE;
  }

  /** The policies of a client for one resource, in the order declared. */
  policiesFor(clientId: string, resourceId: string): readonly Policy[] {
    return this.#policiesByPair.get(pairKey(clientId, resourceId)) ?? NONE;
  }
}

/** Holds the snapshot that requests are decided on; a use case publishes each newer one whole. */
export class Registry {
  #snapshot: RegistrySnapshot;

  constructor(initial: RegistrySnapshot = RegistrySnapshot.EMPTY) {
    this.#snapshot = initial;
  }

  snapshot(): RegistrySnapshot {
    return this.#snapshot;
  }

  publish(snapshot: RegistrySnapshot): void {
    this.#snapshot = snapshot;
  }
}

function urlOf(keys: object): readonly string[] {
  return 'jwksUri' in keys && typeof keys.jwksUri === 'string' ? [keys.jwksUri] : [];
}

function indexWorkloads(clients: readonly Client[]): ReadonlyMap<string, readonly Workload[]> {
  const workloads = clients.flatMap((client) =>
    client.credentials.flatMap((identity) => (identity.kind === 'workload_identity' ? [{ client, identity }] : [])),
  );
  return Map.groupBy(workloads, ({ identity }) => workloadKey(identity.issuer, identity.subject));
}

/** An issuer is a URI, which has no space in it, so two pairs never share a key. */
function workloadKey(issuerId: string, subject: string): string {
  return `${issuerId} ${subject}`;
}

/** Whoever operates a resource may watch the key set: nobody declares it, and it is no reason to have to name a target. */
function watchPolicies(resources: readonly Resource[]): readonly Policy[] {
  const { id: resource, scopes } = KEYSET_RESOURCE;
  const operators = new Set(resources.map(({ operatedBy }) => operatedBy).filter((id) => id !== undefined));
  return [...operators].map((client) => ({ id: policyId(client, resource, 1), client, resource, scopes }));
}

function indexByUri(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const byUri = new Map<string, Resource>();
  for (const resource of resources) {
    if (resource.uri === undefined) continue;
    byUri.set(resource.uri, resource);
    byUri.set(new URL(resource.uri).href, resource);
  }
  return byUri;
}

/** Ids have no slash in them, so two pairs never share a key. */
function pairKey(clientId: string, resourceId: string): string {
  return `${clientId}/${resourceId}`;
}

function groupBy(policies: readonly Policy[], keyOf: (policy: Policy) => string): Map<string, readonly Policy[]> {
  const groups = new Map<string, Policy[]>();
  for (const policy of policies) {
    const key = keyOf(policy);
    const group = groups.get(key);
    if (group) group.push(policy);
    else groups.set(key, [policy]);
  }
  return groups;
}
