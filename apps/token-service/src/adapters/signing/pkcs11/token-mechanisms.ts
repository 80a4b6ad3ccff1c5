import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { CK, type Mechanism } from './cryptoki.ts';

interface Row {
  readonly generate: number;
  readonly sign: Mechanism;
  /** What the token is given to sign: it sees a digest wherever the algorithm has one. */
  readonly prepare: (input: Uint8Array) => Buffer;
}

const { mechanism } = CK;

const edwards: Row = {
  generate: mechanism.ecEdwardsKeyPairGen,
  sign: { mechanism: mechanism.eddsa },
  prepare: (input) => Buffer.from(input),
};

/** RFC 8017 §9.2, note 1: what precedes a SHA-256 digest in EMSA-PKCS1-v1_5. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const ROWS = {
  ES256: { generate: mechanism.ecKeyPairGen, sign: { mechanism: mechanism.ecdsa }, prepare: sha256 },
  EdDSA: edwards,
  Ed25519: edwards,
  RS256: {
    generate: mechanism.rsaKeyPairGen,
    sign: { mechanism: mechanism.rsaPkcs },
    prepare: (input) => Buffer.concat([DIGEST_INFO, sha256(input)]),
  },
  PS256: {
    generate: mechanism.rsaKeyPairGen,
    sign: {
      mechanism: mechanism.rsaPkcsPss,
      parameter: { type: CK.paramsRsaPss, hashAlg: CK.sha256, mgf: CK.mgf1Sha256, saltLen: 32 },
    },
    prepare: sha256,
  },
} satisfies Partial<Record<SigningAlgorithm, Row>>;

type TokenAlgorithm = keyof typeof ROWS;

/** What PKCS#11 has a mechanism for; a token may have fewer. */
export const TOKEN_ALGORITHMS = Object.keys(ROWS) as readonly TokenAlgorithm[];

export function mechanismsOf(algorithm: SigningAlgorithm): readonly number[] {
  const { generate, sign } = rowOf(algorithm);
  return [generate, sign.mechanism];
}

export function generating(algorithm: SigningAlgorithm): Mechanism {
  return { mechanism: rowOf(algorithm).generate };
}

export function signingWith(
  algorithm: SigningAlgorithm,
  input: Uint8Array,
): { mechanism: Mechanism; prepared: Buffer } {
  const { sign, prepare } = rowOf(algorithm);
  return { mechanism: sign, prepared: prepare(input) };
}

function rowOf(algorithm: SigningAlgorithm): Row {
  const row = (ROWS as Partial<Record<SigningAlgorithm, Row>>)[algorithm];
  if (!row) throw new TypeError(`PKCS#11 has no mechanism for ${algorithm}`);
  return row;
}

function sha256(input: Uint8Array): Buffer {
  return createHash('sha256').update(input).digest();
}
