import type { ClientFacts, ClientSecret } from './client.ts';
import { canonicalJson } from './key-set.ts';
import type { Policy } from './policy.ts';
import type { Resource } from './resource.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

export type Change<Entity> =
  | { readonly action: 'create'; readonly after: Entity }
  | { readonly action: 'update'; readonly before: Entity; readonly after: Entity }
  | { readonly action: 'remove'; readonly before: Entity };

export type SecretChange =
  | { readonly action: 'add'; readonly clientId: string; readonly secret: ClientSecret }
  | { readonly action: 'expire'; readonly clientId: string; readonly secretId: string; readonly at: Date }
  | { readonly action: 'remove'; readonly clientId: string; readonly secretId: string };

/** What a transaction of the registry does. Removing a client removes its secrets with it. */
export interface RegistryChanges {
  readonly issuers: readonly Change<TrustedIssuer>[];
  readonly resources: readonly Change<Resource>[];
  readonly clients: readonly Change<ClientFacts>[];
  readonly policies: readonly Change<Policy>[];
  readonly secrets: readonly SecretChange[];
}

/** Changes, and who asked for them. */
export interface RegistryTransition {
  /** `declaration-file`, or an operator's name. */
  readonly actor: string;
  /** Of the request that it is for, if it is for one. */
  readonly requestId?: string;
  readonly changes: RegistryChanges;
}

export const NO_CHANGES: RegistryChanges = { issuers: [], resources: [], clients: [], policies: [], secrets: [] };

export function isEmpty({ issuers, resources, clients, policies, secrets }: RegistryChanges): boolean {
  return issuers.length + resources.length + clients.length + policies.length + secrets.length === 0;
}

/** Names of the fields that differ, `id` never among them. */
export function changedFields(before: object | undefined, after: object): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  names.delete('id');
  return [...names].filter((name) => fieldText(before, name) !== fieldText(after, name));
}

/** The value of a field as JSON; `null`: there is none. */
export function fieldText(entity: object | undefined, name: string): string | null {
  const value = (entity as Record<string, unknown> | undefined)?.[name];
  return value === undefined ? null : canonicalJson(value);
}

/** One change as it was recorded. */
export interface RecordedChange {
  readonly version: number;
  readonly at: Date;
  readonly actor: string;
  readonly kind: 'issuer' | 'resource' | 'client' | 'policy' | 'secret';
  readonly action: 'create' | 'update' | 'remove' | 'expire';
  readonly id: string;
}
