import type { SigningAlgorithm } from '@mintmark/contract';
import { CK, CKA, type Attribute } from './cryptoki.ts';

/** What makes a private key one that nobody can copy: demanded when it is made, and read back each time it is loaded. */
export const CUSTODY: readonly (readonly [name: string, type: number, value: boolean])[] = [
  ['a token object', CKA.token, true],
  ['private', CKA.private, true],
  ['sensitive', CKA.sensitive, true],
  ['not extractable', CKA.extractable, false],
  ['always sensitive', CKA.alwaysSensitive, true],
  ['never extractable', CKA.neverExtractable, true],
  ['made in the token', CKA.local, true],
  ['for signing', CKA.sign, true],
  ['not for decrypting', CKA.decrypt, false],
  ['not for unwrapping', CKA.unwrap, false],
];

const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
const ED25519 = Buffer.from('06032b6570', 'hex');

const KIND: Partial<Record<SigningAlgorithm, { readonly keyType: number; readonly parameters: readonly Attribute[] }>> =
  {
    ES256: { keyType: CK.ec, parameters: [{ type: CKA.ecParams, value: P256 }] },
    EdDSA: { keyType: CK.ecEdwards, parameters: [{ type: CKA.ecParams, value: ED25519 }] },
    Ed25519: { keyType: CK.ecEdwards, parameters: [{ type: CKA.ecParams, value: ED25519 }] },
    RS256: { keyType: CK.rsa, parameters: rsa() },
    PS256: { keyType: CK.rsa, parameters: rsa() },
  };

function rsa(): readonly Attribute[] {
  return [
    { type: CKA.modulusBits, value: 2048 },
    { type: CKA.publicExponent, value: Buffer.from([1, 0, 1]) },
  ];
}

interface Named {
  readonly id: Buffer;
  readonly label: string;
}

export function publicTemplate(algorithm: SigningAlgorithm, named: Named): Attribute[] {
  return [
    { type: CKA.class, value: CK.publicKey },
    ...commonAttributes(algorithm, named),
    { type: CKA.verify, value: true },
    { type: CKA.encrypt, value: false },
    { type: CKA.wrap, value: false },
    ...KIND[algorithm]!.parameters,
  ];
}

export function privateTemplate(algorithm: SigningAlgorithm, named: Named): Attribute[] {
  return [
    { type: CKA.class, value: CK.privateKey },
    ...commonAttributes(algorithm, named),
    { type: CKA.private, value: true },
    { type: CKA.sensitive, value: true },
    { type: CKA.extractable, value: false },
    { type: CKA.sign, value: true },
    { type: CKA.decrypt, value: false },
    { type: CKA.unwrap, value: false },
    { type: CKA.derive, value: false },
  ];
}

function commonAttributes(algorithm: SigningAlgorithm, { id, label }: Named): Attribute[] {
  return [
    { type: CKA.keyType, value: KIND[algorithm]!.keyType },
    { type: CKA.token, value: true },
    { type: CKA.id, value: id },
    { type: CKA.label, value: label },
  ];
}
