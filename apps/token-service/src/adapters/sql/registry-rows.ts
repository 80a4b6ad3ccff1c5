import type { SigningAlgorithm } from '@mintmark/contract';
import type { Insertable, Selectable } from 'kysely';
import {
  hasSecretSlot,
  type Client,
  type ClientFacts,
  type ClientSecret,
  type DeclaredCredential,
} from '../../core/model/client.ts';
import type { Policy } from '../../core/model/policy.ts';
import {
  changedFields,
  type Change,
  type RecordedChange,
  type RegistryChanges,
} from '../../core/model/registry-changes.ts';
import type { Resource, SenderConstraint } from '../../core/model/resource.ts';
import type { TrustedIssuer } from '../../core/model/trusted-issuer.ts';
import type { RegistryTables } from './registry-schema.ts';

type Row<Table extends keyof RegistryTables> = Selectable<RegistryTables[Table]>;
type NewRow<Table extends keyof RegistryTables> = Insertable<RegistryTables[Table]>;

/**
 * Parses JSON columns, each spelling once: thousands of clients have the same credentials and policies the same scopes,
 * and the registry stays in memory.
 */
export class JsonColumns {
  readonly #parsed = new Map<string, unknown>();

  parse<Value>(text: string): Value {
    let value = this.#parsed.get(text);
    if (value === undefined) {
      value = JSON.parse(text);
      this.#parsed.set(text, value);
    }
    return value as Value;
  }
}

export function issuerOfRow({ id, disabled, trust }: Row<'trusted_issuer'>, json: JsonColumns): TrustedIssuer {
  return { id, disabled: disabled === 1, ...json.parse<Omit<TrustedIssuer, 'id' | 'disabled'>>(trust) };
}

export function rowOfIssuer({ id, disabled, ...trust }: TrustedIssuer): NewRow<'trusted_issuer'> {
  return { id, disabled: disabled ? 1 : 0, trust: JSON.stringify(trust) };
}

export function resourceOfRow(row: Row<'resource'>, json: JsonColumns): Resource {
  return {
    id: row.id,
    ...(row.uri === null ? {} : { uri: row.uri }),
    audience: row.uri ?? row.id,
    ...(row.operated_by === null ? {} : { operatedBy: row.operated_by }),
    scopes: json.parse<readonly string[]>(row.scopes),
    tokenLifetimeSeconds: row.token_lifetime_seconds,
    signingAlgorithm: row.signing_algorithm as SigningAlgorithm,
    senderConstraint: row.sender_constraint as SenderConstraint,
  };
}

export function rowOfResource(resource: Resource): NewRow<'resource'> {
  return {
    id: resource.id,
    uri: resource.uri ?? null,
    operated_by: resource.operatedBy ?? null,
    scopes: JSON.stringify(resource.scopes),
    token_lifetime_seconds: resource.tokenLifetimeSeconds,
    signing_algorithm: resource.signingAlgorithm,
    sender_constraint: resource.senderConstraint,
  };
}

export function clientOfRow(row: Row<'client'>, secrets: readonly ClientSecret[], json: JsonColumns): Client {
  const credentials = json.parse<readonly DeclaredCredential[]>(row.credentials);
  const usable = hasSecretSlot({ credentials }) ? secrets : [];
  return { id: row.id, disabled: row.disabled === 1, credentials, secrets: usable };
}

export function rowOfClient({ id, disabled, credentials }: ClientFacts): NewRow<'client'> {
  return { id, disabled: disabled ? 1 : 0, credentials: JSON.stringify(credentials) };
}

export function secretOfRow(row: Row<'client_secret'>): ClientSecret {
  return {
    id: row.id,
    digest: Buffer.from(row.digest),
    digestKeyId: row.digest_key_id,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  };
}

export function rowOfSecret(clientId: string, secret: ClientSecret): NewRow<'client_secret'> {
  return {
    id: secret.id,
    client_id: clientId,
    digest: secret.digest,
    digest_key_id: secret.digestKeyId,
    created_at: secret.createdAt.getTime(),
    expires_at: secret.expiresAt?.getTime() ?? null,
  };
}

export function policyOfRow(row: Row<'policy'>, json: JsonColumns): Policy {
  return {
    id: row.id,
    client: row.client_id,
    resource: row.resource_id,
    scopes: json.parse<readonly string[]>(row.scopes),
  };
}

export function rowOfPolicy({ id, client, resource, scopes }: Policy): NewRow<'policy'> {
  const ordinal = Number(id.split('#')[1] ?? 1);
  return { id, client_id: client, resource_id: resource, ordinal, scopes: JSON.stringify(scopes) };
}

/** What changed, by name: enough to say what happened, and nothing to keep secret. */
export function eventOfChanges(
  { issuers, resources, clients, policies, secrets }: RegistryChanges,
  requestId?: string,
): string {
  return JSON.stringify({
    // Beside what changed, because the table is shared with replicas of older versions.
    ...(requestId === undefined ? {} : { requestId }),
    // Events from before there were issuers are without them too.
    ...(issuers.length === 0 ? {} : { issuers: issuers.map(named) }),
    resources: resources.map(named),
    clients: clients.map(named),
    policies: policies.map(namedWithScopes),
    secrets: secrets.map((change) => [
      change.action,
      change.clientId,
      change.action === 'add' ? change.secret.id : change.secretId,
    ]),
  });
}

/** Of what is updated the names of the fields, too. */
function named(change: Change<{ readonly id: string }>): readonly unknown[] {
  switch (change.action) {
    case 'create':
      return ['create', change.after.id];
    case 'update':
      return ['update', change.after.id, { fields: changedFields(change.before, change.after) }];
    case 'remove':
      return ['remove', change.before.id];
  }
}

function namedWithScopes(change: Change<Policy>): readonly unknown[] {
  switch (change.action) {
    case 'create':
      return ['create', change.after.id, { scopes: change.after.scopes }];
    case 'update':
      return ['update', change.after.id, { before: change.before.scopes, scopes: change.after.scopes }];
    case 'remove':
      return ['remove', change.before.id, { before: change.before.scopes }];
  }
}

const KINDS = { issuers: 'issuer', resources: 'resource', clients: 'client', policies: 'policy' } as const;

type RecordedNames = Record<'secrets', readonly (readonly string[])[]> &
  Partial<Record<keyof typeof KINDS, readonly (readonly [action: string, id: string, details?: object])[]>>;

/** The reverse of `eventOfChanges`. */
export function changesOfEvent({ version, at, actor, changes }: Row<'registry_event'>): readonly RecordedChange[] {
  const recorded = JSON.parse(changes) as RecordedNames;
  const about = { version, at: new Date(at), actor };
  const named = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((group) =>
    (recorded[group] ?? []).map(([action, id]) => ({
      ...about,
      kind: KINDS[group],
      action: action as RecordedChange['action'],
      id,
    })),
  );
  const secrets = recorded.secrets.map(([action = '', clientId = '', id = '']) => ({
    ...about,
    kind: 'secret' as const,
    action: action === 'add' ? 'create' : (action as RecordedChange['action']),
    id: `${clientId}/${id}`,
  }));
  return [...named, ...secrets];
}
