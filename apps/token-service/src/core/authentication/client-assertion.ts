import { parseCompact } from '@mintmark/jws';
import { RequestError } from '../model/errors.ts';
import type { AssertionPorts } from './assertion-ports.ts';
import type { Evidence } from './evidence.ts';
import { provePrivateKey } from './private-key-jwt.ts';
import type { Proof } from './proof.ts';
import { issuerOf, proveWorkload } from './workload-identity.ts';

/** RFC 7523 §2.2. */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Looks at a client assertion (RFC 7521 §4.2): of the client itself, or of an issuer that vouches for it. Ids of clients have no
 * colon and those of issuers do, so nothing is both.
 * @throws RequestError EVIDENCE_MALFORMED
 */
export function proveByAssertion(evidence: AssertionEvidence, ports: AssertionPorts): Promise<Proof> {
  const { type, assertion = '' } = evidence;
  if (type !== ASSERTION_TYPE) {
    throw new RequestError(
      'EVIDENCE_MALFORMED',
      `client_assertion_type takes ${ASSERTION_TYPE} (RFC 7523 section 2.2).`,
    );
  }
  const jws = parseCompact(assertion);
  if (!jws) {
    throw new RequestError(
      'EVIDENCE_MALFORMED',
      'client_assertion is not a signed JWT in compact form, of strict JSON, of at most 8 KiB (RFC 7523 section 2.2).',
    );
  }
  const issuer = issuerOf(jws.payload, ports.registry);
  if (issuer) return proveWorkload(jws, issuer, ports);
  const { iss, sub } = jws.payload;
  const foreign = [iss, iss === undefined ? sub : undefined].find(
    (name) => typeof name === 'string' && name.includes(':'),
  );
  if (typeof foreign !== 'string') return provePrivateKey(jws, ports);
  return Promise.resolve({
    outcome: 'refuted',
    method: 'workload_identity',
    claimed: foreign,
    reason: 'issuer-unknown',
  });
}

type AssertionEvidence = Extract<Evidence, { kind: 'client_assertion' }>;
