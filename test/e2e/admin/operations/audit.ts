import { withoutNull } from '../call-both.ts';
import type { Answer, Row } from './row.ts';

export const AUDIT_OPERATIONS: readonly Row[] = [
  {
    operation: 'TailAudit',
    scope: 'audit:read',
    http: () => ({ method: 'GET', path: '/admin/v1/audit?after=0&limit=3' }),
    grpc: () => ({ service: 'audit', rpc: 'tailAudit', message: { after: 0, limit: 3 } }),
    settle: asEvents,
  },
  {
    operation: 'VerifyAudit',
    scope: 'audit:read',
    http: () => ({ method: 'POST', path: '/admin/v1/audit/verify' }),
    grpc: () => ({ service: 'audit', rpc: 'verifyAudit', message: {} }),
    settle: (answer) => ({ ok: (answer as { ok: boolean }).ok }),
  },
];

/** gRPC has the lines as text, HTTP as objects. */
function asEvents(answer: unknown): unknown {
  const { events } = answer as { events: Answer[] };
  return events.map((event) => withoutNull('line' in event ? JSON.parse(String(event['line'])) : event));
}
