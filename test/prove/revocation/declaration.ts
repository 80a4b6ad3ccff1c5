/** What the sample's policies grant already. */
const SAMPLE_SCOPES = ['stock:read', 'stock:reserve'];

/** It operates the resource, so it may watch. */
export const OPERATING_CLIENT = 'stock';

/** Its tokens are refused for nothing but the key they are signed with. */
export const BYSTANDER = 'bystander';

/** One resource, whose tokens outlive a replica that is cut off, and a client for each round. */
export function declarationOf(rounds: number): string {
  const names = Array.from({ length: rounds }, (_, index) => clientOf(index));
  return JSON.stringify({
    apiVersion: 'mintmark/v1',
    resources: [{ id: 'inventory', operatedBy: OPERATING_CLIENT, scopes: SAMPLE_SCOPES, tokenLifetime: '15m' }],
    clients: [OPERATING_CLIENT, BYSTANDER, ...names].map((id) => ({ id, credentials: [{ kind: 'client_secret' }] })),
    policies: [BYSTANDER, ...names].map((client) => ({ client, resource: 'inventory', scopes: ['stock:read'] })),
  });
}

export function clientOf(round: number): string {
  return `client-${round + 1}`;
}
