/** A rule of the registry: this client may have these scopes at this resource. Whatever no policy names is denied. */
export interface Policy {
  /** `client/resource`, and `#2`, `#3`, … for further policies of the same pair, in the order declared. */
  readonly id: string;
  readonly client: string;
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** @param ordinal 1 for the first policy of this client and resource */
export function policyId(client: string, resource: string, ordinal: number): string {
  return ordinal === 1 ? `${client}/${resource}` : `${client}/${resource}#${ordinal}`;
}
