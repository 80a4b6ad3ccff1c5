import { RequestError } from '../model/errors.ts';
import { demandRoom, type RevocationOrder, type RevocationSet } from '../model/revocation.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { RevocationRequest } from './administration.ts';
import { setDisabled } from './decide-client.ts';
import { guardingOperators } from './guard-operators.ts';
import type { Operator } from './operator.ts';
import { clientOf } from './registry-decision.ts';

/**
 * The order that a request means.
 * @throws RequestError why it may not be given: for a client, whatever forbids to disable it too, since its tokens are as dead as then
 */
export function revocationOrder(
  { action, kind, id }: RevocationRequest,
  current: StoredRegistry,
  operator: Operator,
): RevocationOrder {
  if (kind === 'token') {
    if (action === 'revoke') return { verb: 'revoke', kind, id };
    throw new RequestError('PARAMETER_INVALID', 'A revoked token stays revoked. Get a new one.');
  }
  if (action === 'revoke') {
    guardingOperators(setDisabled(id, true), operator)(current);
    return { verb: 'revoke', kind, id };
  }
  if (!clientOf(current, id).disabled) return { verb: 'admit', kind, id };
  throw new RequestError('CLIENT_DISABLED', `Client ${id} is disabled. Enable it: that lets its new tokens in, too.`);
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
