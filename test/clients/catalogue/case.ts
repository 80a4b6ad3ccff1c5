import type { ProxyHeader } from '../../../apps/token-service/src/transport/certificates/forwarded-certificate.ts';
import { ASSERTION_TYPE } from '../assertions.ts';
import type { Answer, Attempt } from '../attempt.ts';
import type { World } from '../world.ts';

export interface Case {
  readonly method: string;
  readonly what: string;
  /** `OK`, or the code of the refusal. */
  readonly code: string;
  /** Why, in the log and the audit trail. */
  readonly reason?: string;
  /** A new attempt at each call, since some may be made only once. */
  readonly attempt: (scene: Scene) => Attempt;
  /** There is no body to put it into. */
  readonly httpOnly?: true;
  /** Only for a service whose proxy writes this header. */
  readonly proxyHeader?: ProxyHeader;
  /** What comes of it when the same was sent before. */
  readonly sentBefore?: true;
}

/** Whether it can be tried at a service whose proxy writes this header. */
export function isFor(header: ProxyHeader, { proxyHeader }: Case): boolean {
  return proxyHeader === undefined || proxyHeader === header;
}

/** Makes the attempt. @returns what came of it in the end */
export async function outcomeOf(
  each: Case,
  scene: Scene,
  send: (attempt: Attempt) => Promise<Answer>,
): Promise<Answer> {
  const attempt = each.attempt(scene);
  if (each.sentBefore) await send(attempt);
  return send(attempt);
}

export interface Scene {
  readonly world: World;
  secretOf(client: string): string;
}

const FAILED = 'CLIENT_AUTHENTICATION_FAILED';
export const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
export const bearing = (value: string): Attempt => ({ assertion: { type: ASSERTION_TYPE, value } });

export function ok(method: string, attempt: Case['attempt'], what = 'as it should be'): Case {
  return { method, what, code: 'OK', attempt };
}

export function refused(method: string, what: string, reason: string, attempt: Case['attempt']): Case {
  return { method, what, code: FAILED, reason, attempt };
}

/** Taken once, and no more. */
export function replayed(method: string, attempt: Case['attempt']): Case {
  return { ...refused(method, 'sent before', 'used-before', attempt), sentBefore: true };
}

export function malformed(method: string, what: string, attempt: Case['attempt']): Case {
  return { method, what, code: 'EVIDENCE_MALFORMED', attempt };
}
