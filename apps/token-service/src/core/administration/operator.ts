import type { AdminScope } from '../model/admin-resource.ts';

/** Who asks for something at the admin API, proved by a token. */
export interface Operator {
  readonly clientId: string;
  /** `jti` of the token. */
  readonly tokenId: string;
  /** Of the token; what it takes to get as far as a use case was checked at the edge. */
  readonly scopes: readonly string[];
  readonly requestId: string;
}

export function mayAdminister({ scopes }: Pick<Operator, 'scopes'>): boolean {
  return scopes.includes('registry:admin' satisfies AdminScope);
}
