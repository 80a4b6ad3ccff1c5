import { status, type sendUnaryData, type Server, type ServerUnaryCall } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import type { Readiness } from '../readiness.ts';

/** Without a token: probes have none. */
export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** grpc.health.v1.Health/Check over the same readiness as `/readyz`; the empty name stands for the whole server. */
export function addHealth(server: Server, readiness: Readiness, services: readonly string[]): void {
  const known = new Set(['', ...services]);
  server.addService(service, {
    check(call: ServerUnaryCall<{ service: string }, unknown>, respond: sendUnaryData<unknown>): void {
      if (known.has(call.request.service)) respond(null, { status: readiness.whyNot() ? 'NOT_SERVING' : 'SERVING' });
      else respond({ code: status.NOT_FOUND, details: 'There is no service of that name here.' });
    },
  });
}
