import type { SigningAlgorithm } from '@mintmark/contract';
import type { AuthenticatedClient } from '../authentication/authenticate-client.ts';
import { isAbsoluteUri } from '../model/absolute-uri.ts';
import { isEntityId } from '../model/entity-id.ts';
import { RequestError } from '../model/errors.ts';
import type { Policy } from '../model/policy.ts';
import type { Resource } from '../model/resource.ts';
import type { RegistrySnapshot } from '../registry/registry-snapshot.ts';

/** What a client asks for: one resource by bare id or by URI (RFC 8707); absent, its only one. Absent scopes: all it may have. */
export interface GrantRequest {
  readonly target?: { readonly audience: string } | { readonly resource: string };
  readonly scopes?: readonly string[];
}

/** What policy approved. Only `decide` makes one, so a token cannot be built from a request that was never decided. */
export class ApprovedGrant {
  readonly resource: Resource;
  /** In the order the resource declares them. */
  readonly scopes: readonly string[];
  /** The deciding policies, by id. */
  readonly rule: string;

  private constructor(resource: Resource, scopes: readonly string[], rule: string) {
    this.resource = resource;
    this.scopes = scopes;
    this.rule = rule;
  }

  get lifetimeSeconds(): number {
    return this.resource.tokenLifetimeSeconds;
  }

  get algorithm(): SigningAlgorithm {
    return this.resource.signingAlgorithm;
  }

  /**
   * Decides by policy alone: what no policy of this client names, and what the resource does not offer, is denied.
   * @throws RequestError PARAMETER_INVALID, RESOURCE_MALFORMED, RESOURCE_UNSPECIFIED, RESOURCE_DENIED (an unknown resource and a forbidden one look
   * the same from outside), SCOPE_DENIED
   */
  static decide(
    snapshot: RegistrySnapshot,
    client: Pick<AuthenticatedClient, 'id'>,
    request: GrantRequest,
  ): ApprovedGrant {
    const { resource, policies } = findTarget(snapshot, client.id, request.target);
    const grantable = resource.scopes.filter((scope) => policies.some((policy) => policy.scopes.includes(scope)));
    const looked = { resource: resource.id, rule: policies.map(({ id }) => id).join(', ') };
    const scopes = request.scopes ? narrow(grantable, request.scopes, looked) : grantable;
    if (scopes.length === 0) throw denied('policies grant no scope that the resource offers', looked);
    return new ApprovedGrant(resource, scopes, decidingRule(policies, scopes));
  }
}

interface Found {
  readonly resource: Resource;
  /** At least one. */
  readonly policies: readonly Policy[];
}

function findTarget(snapshot: RegistrySnapshot, clientId: string, target: GrantRequest['target']): Found {
  // The snapshot may be newer than the one the client was authenticated against.
  const client = snapshot.client(clientId);
  if (!client || client.disabled) throw denied('the client was removed or disabled', {});
  const resource = target ? lookUp(snapshot, target) : onlyResource(snapshot, clientId);
  if (!resource) throw denied('no such resource', { target, rule: NO_RULE });
  const policies = snapshot.policiesFor(clientId, resource.id);
  if (policies.length === 0)
    throw denied('no policy names this client and resource', { resource: resource.id, rule: NO_RULE });
  return { resource, policies };
}

function lookUp(snapshot: RegistrySnapshot, target: NonNullable<GrantRequest['target']>): Resource | undefined {
  if ('audience' in target) {
    if (isEntityId(target.audience)) return snapshot.resourceById(target.audience);
    throw new RequestError(
      'PARAMETER_INVALID',
      'audience takes the id of a resource, such as "inventory"; a URI goes into resource.',
    );
  }
  if (isAbsoluteUri(target.resource)) return snapshot.resourceByUri(target.resource);
  throw new RequestError(
    'RESOURCE_MALFORMED',
    'resource takes an absolute URI without a fragment (RFC 8707 section 2); a bare id goes into audience.',
  );
}

function onlyResource(snapshot: RegistrySnapshot, clientId: string): Resource | undefined {
  const [first, ...others] = new Set(snapshot.grantsOf(clientId).map((policy) => policy.resource));
  if (others.length > 0) {
    throw new RequestError(
      'RESOURCE_UNSPECIFIED',
      'This client may call several resources. Name one: by its id in audience, or by its URI in resource.',
    );
  }
  return first === undefined ? undefined : snapshot.resourceById(first);
}

/** What no policy names is denied. */
const NO_RULE = 'no policy';

interface Looked {
  readonly resource: string;
  /** The policies for it, none of which grants what was asked for. */
  readonly rule: string;
}

function narrow(grantable: readonly string[], wanted: readonly string[], looked: Looked): readonly string[] {
  if (wanted.length === 0) {
    throw new RequestError(
      'PARAMETER_INVALID',
      'scope is empty. Name at least one, or leave it out for all you may have.',
    );
  }
  const refused = wanted.filter((scope) => !grantable.includes(scope));
  if (refused.length > 0) {
    throw new RequestError(
      'SCOPE_DENIED',
      `Policy does not grant this client: ${listed(refused)}. Ask for less, or leave scope out for all you may have.`,
      { ...looked, refused, grantable },
    );
  }
  return grantable.filter((scope) => wanted.includes(scope));
}

/** Kept short: a gRPC status message has to fit into a trailer. */
function listed(scopes: readonly string[]): string {
  const shown = scopes.slice(0, 5).join(' ');
  return scopes.length > 5 ? `${shown} and ${scopes.length - 5} more` : shown;
}

/** The first policies, in the order declared, that between them cover the scopes granted. */
function decidingRule(policies: readonly Policy[], scopes: readonly string[]): string {
  const covering = scopes.map((scope) => policies.find((policy) => policy.scopes.includes(scope))?.id);
  return [...new Set(covering)].join(', ');
}

function denied(reason: string, facts: Readonly<Record<string, unknown>>): RequestError {
  return new RequestError(
    'RESOURCE_DENIED',
    'No policy lets this client call that resource. Check the name, or ask an operator for a policy.',
    { reason, ...facts },
  );
}
