import { createHash } from 'node:crypto';
import type { Check } from './check.ts';

/** RFC 8705 §3: the token works only on a connection made with the certificate it names. */
export const certificateBinding: Check<'binding'> = {
  name: 'certificate-binding',
  step: 9,
  stage: 'binding',
  refuse: ({ confirmation, evidence: { clientCertificate } }) => {
    const expected = confirmation?.['x5t#S256'];
    if (expected === undefined) return undefined;
    if (!clientCertificate) return 'BINDING_MISSING';
    return createHash('sha256').update(clientCertificate).digest('base64url') === expected
      ? undefined
      : 'BINDING_MISMATCH';
  },
};

/** RFC 9449 §7: the token works only with a fresh proof by the key it names. */
export const proofBinding: Check<'binding'> = {
  name: 'proof-binding',
  step: 9,
  stage: 'binding',
  refuse: ({ confirmation, evidence: { dpop } }) => {
    if (confirmation?.jkt === undefined) return dpop ? 'BINDING_MISMATCH' : undefined;
    return dpop ? 'BINDING_MISMATCH' : 'BINDING_MISSING';
  },
};
