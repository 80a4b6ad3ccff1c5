import { createHash } from 'node:crypto';
import { requirement, type Check } from './check.ts';

const bindingRequires = requirement('binding', 9);

/** RFC 8705 §3: the token works only on a connection made with the certificate it names. */
export const certificateBinding: Check<'binding'> = {
  name: 'certificate-binding',
  step: 9,
  stage: 'binding',
  refuse: ({ confirmation, evidence }) => {
    const expected = confirmation?.['x5t#S256'];
    if (expected === undefined) return undefined;
    const { clientCertificate } = evidence;
    if (!clientCertificate) return 'BINDING_MISSING';
    const actual = createHash('sha256').update(clientCertificate).digest('base64url');
    return actual === expected ? undefined : 'BINDING_MISMATCH';
  },
};

/** RFC 9449 §7.2: a bound token without its proof is a stolen one, until shown otherwise. */
export const proofPresented = bindingRequires(
  'proof-presented',
  'BINDING_MISSING',
  ({ confirmation, evidence: { dpop } }) => confirmation?.jkt === undefined || (dpop?.proofs.length ?? 0) > 0,
);

/** RFC 9449 §7.1: a proof vouches only for a token bound to its key. */
export const proofHasToken = bindingRequires(
  'proof-has-token',
  'BINDING_MISMATCH',
  ({ confirmation, evidence: { dpop } }) => dpop === undefined || confirmation?.jkt !== undefined,
);

/** RFC 9449 §4.3: more than one proof is a malformed request. */
export const oneProof = bindingRequires(
  'one-proof',
  'CREDENTIAL_AMBIGUOUS',
  ({ evidence: { dpop } }) => dpop === undefined || dpop.proofs.length <= 1,
);
