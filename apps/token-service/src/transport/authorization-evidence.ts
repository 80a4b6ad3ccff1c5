import type { Evidence } from '../core/authentication/evidence.ts';

/**
 * What stands in `authorization`, over HTTP or gRPC. Several headers may arrive as one value with commas (RFC 9110 §5.3), and no
 * credentials for us have a comma in them: each part is evidence of its own, so more than one is refused.
 */
export function authorizationEvidence(values: readonly string[]): Evidence[] {
  return values.flatMap((value) => value.split(/,[ \t]*/)).map((value) => ({ kind: 'authorization', value }));
}
