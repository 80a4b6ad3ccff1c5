import type { Caller } from '@mintmark/verifier-nest';
import type { Operator } from '../../core/administration/operator.ts';

export function operatorOf({ clientId, tokenId, scopes }: Caller, requestId: string): Operator {
  return { clientId, tokenId, scopes, requestId };
}
