import type { SigningAlgorithm } from '@mintmark/contract';
import type { RequestError } from '../../model/errors.ts';

export type Readiness =
  /** `sealed`: what cannot be signed all the same, and why; absent: nothing. */
  | { readonly ready: true; readonly sealed?: readonly string[] }
  | { readonly ready: false; readonly reasons: readonly string[] };

/** Why nothing is signed with an algorithm. */
export interface Denial extends Pick<RequestError, 'code'> {
  readonly algorithm: SigningAlgorithm;
  readonly reason: string;
}

export function denialOf(algorithm: SigningAlgorithm, { code, facts }: RequestError): Denial {
  return { algorithm, code, reason: String(facts['reason']) };
}

/** @param denials not of every algorithm */
export function readyBut(denials: readonly Denial[]): Readiness {
  return { ready: true, ...(denials.length > 0 && { sealed: denials.map(sealOf) }) };
}

interface OfAll {
  /** Why nothing may be signed, whatever the keys are. */
  readonly seal: string | undefined;
  /** Why there is nothing to sign with. */
  readonly noKeys: string | undefined;
}

/** What keeps all of them from signing is told once. @param denials of every algorithm */
export function notReady(denials: readonly Denial[], { seal, noKeys }: OfAll): Readiness {
  const isOfAll = ({ code, reason }: Denial) => code === 'SIGNING_LEASE_LAPSED' || reason === seal;
  const each = denials.map((denial) => (isOfAll(denial) ? denial.reason : sealOf(denial)));
  const reasons = new Set([seal, ...(noKeys === undefined ? each : [noKeys])]);
  return { ready: false, reasons: [...reasons].filter((reason) => reason !== undefined) };
}

function sealOf({ algorithm, reason }: Denial): string {
  return `${algorithm} is sealed: ${reason}`;
}
