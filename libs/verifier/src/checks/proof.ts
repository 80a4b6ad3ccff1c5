import { createHash } from 'node:crypto';
import { verifyBytes } from '@mintmark/jws';
import { PROOF_TYP } from '../dpop-proof.ts';
import { requirement, type Check } from './check.ts';

// RFC 9449 §4.3, point by point. A private key in the proof, a symmetric or unknown algorithm and anything malformed have
// already kept the proof from being read.

const proofRequires = requirement('proof', 9);

const MEMBERS = new Set(['alg', 'jwk', 'typ']);

export const proofTyp = proofRequires(
  'proof-typ',
  'BINDING_MISMATCH',
  ({ proof }) => proof.header['typ'] === PROOF_TYP,
);

export const proofMembers = proofRequires('proof-members', 'BINDING_MISMATCH', ({ proof }) =>
  Object.keys(proof.header).every((name) => MEMBERS.has(name)),
);

/** RFC 9449 §6.1: the key that proves is the key the token names. */
export const proofKey = proofRequires(
  'proof-key',
  'BINDING_MISMATCH',
  ({ proof, jkt }) => proof.key.thumbprint === jkt,
);

export const proofSignature = proofRequires(
  'proof-signature',
  'BINDING_MISMATCH',
  ({ proof: { header, key, input, signature } }) =>
    header['alg'] === key.algorithm && verifyBytes(key.algorithm, key.publicKey, input, signature),
);

export const proofMethod = proofRequires(
  'proof-htm',
  'BINDING_MISMATCH',
  ({ proof, call }) => proof.claims['htm'] === call.method,
);

export const proofUrl = proofRequires('proof-htu', 'BINDING_MISMATCH', ({ proof, call }) =>
  isSameTarget(proof.claims['htu'], call.url),
);

/** A proof made for another token must not serve this one. */
export const proofToken = proofRequires(
  'proof-ath',
  'BINDING_MISMATCH',
  ({ proof, token }) => proof.claims['ath'] === createHash('sha256').update(token).digest('base64url'),
);

/** RFC 9449 §11.1: a proof is for now, give or take the leeway. */
export const proofAge = proofRequires('proof-iat', 'BINDING_MISMATCH', ({ proof, now }, { leewaySeconds }) => {
  const issuedAt = proof.claims['iat'];
  return typeof issuedAt === 'number' && Math.abs(now - issuedAt) <= leewaySeconds;
});

/** Last, because it remembers: only a proof that is right in everything else is used up. */
export const proofUnused: Check<'proof'> = {
  name: 'proof-jti',
  step: 9,
  stage: 'proof',
  refuse: ({ proof, jkt, now, uses }, { leewaySeconds }) => {
    const id = proof.claims['jti'];
    if (typeof id !== 'string' || id === '') return 'BINDING_MISMATCH';
    const use = uses.use(`${jkt}.${id}`, { now, until: now + 2 * leewaySeconds });
    if (use === 'first') return undefined;
    return use === 'repeated' ? 'REPLAYED' : 'REPLAY_UNAVAILABLE';
  },
};

/** RFC 9449 §4.3: compared after normalisation, without query and fragment. */
function isSameTarget(claimed: unknown, called: string): boolean {
  const one = typeof claimed === 'string' ? URL.parse(claimed) : null;
  const other = URL.parse(called);
  return one !== null && other !== null && one.origin === other.origin && one.pathname === other.pathname;
}
