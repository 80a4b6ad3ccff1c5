import { RequestError } from '../model/errors.ts';
import { NO_CHANGES } from '../model/registry-changes.ts';
import { demandRoom, type RevocationOrder, type RevocationSet } from '../model/revocation.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { RevocationRequest } from './administration.ts';
import { guardingOperators } from './guard-operators.ts';
import type { Operator } from './operator.ts';
import { clientOf, type RegistryDecision } from './registry-decision.ts';

/**
 * The order that a request means for a token, in which the registry has no say.
 * @throws RequestError PARAMETER_INVALID unless it is to be revoked
 */
export function tokenOrder({ action, id }: RevocationRequest): RevocationOrder {
  if (action === 'revoke') return { verb: 'revoke', kind: 'token', id };
  throw new RequestError('PARAMETER_INVALID', 'A revoked token stays revoked. Get a new one.');
}

/**
 * The order that a request means for a client.
 * @throws RequestError whatever forbids to disable or enable it too, since its tokens are as dead then, or as good
 */
export function clientOrder(
  { action, id }: RevocationRequest,
  current: StoredRegistry,
  operator: Operator,
): RevocationOrder {
  guardingOperators(asIfSwitched(id, action), operator)(current);
  if (action === 'revoke') return { verb: 'revoke', kind: 'client', id };
  if (!clientOf(current, id).disabled) return { verb: 'admit', kind: 'client', id };
  throw new RequestError('CLIENT_DISABLED', `Client ${id} is disabled. Enable it: that lets its new tokens in, too.`);
}

/** Also where the client is so already: then its tokens are all that changes. */
function asIfSwitched(id: string, action: RevocationRequest['action']): RegistryDecision {
  return (current) => {
    const { credentials, disabled } = clientOf(current, id);
    const before = { id, disabled, credentials };
    const after = { ...before, disabled: action === 'revoke' };
    return { ...NO_CHANGES, clients: [{ action: 'update', before, after }] };
  };
}

/**
 * What the store will demand when it writes these.
 * @throws RequestError REVOCATIONS_FULL
 */
export function demandRoomFor(orders: readonly RevocationOrder[], { revocations }: RevocationSet): void {
  for (const kind of ['token', 'client'] as const) {
    const added = orders.filter((order) => order.verb === 'revoke' && order.kind === kind);
    if (added.length === 0) continue;
    const there = revocations.filter((revocation) => revocation.kind === kind);
    demandRoom(kind, { ofKind: new Set([...there, ...added].map(({ id }) => id)).size, ofClient: 0 });
  }
}
