import type { ClientFacts, ClientSecret } from './client.ts';
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
  readonly changes: RegistryChanges;
}

export const NO_CHANGES: RegistryChanges = { issuers: [], resources: [], clients: [], policies: [], secrets: [] };

export function isEmpty({ issuers, resources, clients, policies, secrets }: RegistryChanges): boolean {
  return issuers.length + resources.length + clients.length + policies.length + secrets.length === 0;
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
