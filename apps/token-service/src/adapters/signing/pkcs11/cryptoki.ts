/**
 * What is used of the binding `pkcs11js`, which is in no lock file: it is installed where a token is wanted, and its own types
 * are not there where it is not.
 */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_GetSlotList(withToken: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): TokenInfo;
  C_GetMechanismList(slot: Handle): number[];
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): Attribute[];
  C_GenerateKeyPairAsync(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): Promise<{ publicKey: Handle; privateKey: Handle }>;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_SignAsync(session: Handle, input: Buffer, output: Buffer): Promise<Buffer>;
  C_DestroyObject(session: Handle, object: Handle): void;
}

/** Opaque to us. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}

export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: {
    readonly type: number;
    readonly hashAlg: number;
    readonly mgf: number;
    readonly saltLen: number;
  };
}

export interface TokenInfo {
  readonly label: string;
  readonly manufacturerID: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly flags: number;
}

/** Numbers of PKCS#11 2.40 and, for Edwards curves, 3.0. */
export const CK = {
  userPinFinalTry: 0x20000,
  userPinLocked: 0x40000,
  osLockingOk: 0x2,
  serialSession: 0x4,
  rwSession: 0x2,
  user: 1,
  publicKey: 2,
  privateKey: 3,
  rsa: 0,
  ec: 3,
  ecEdwards: 0x40,
  mechanism: {
    rsaKeyPairGen: 0x0,
    rsaPkcs: 0x1,
    rsaPkcsPss: 0xd,
    ecKeyPairGen: 0x1040,
    ecdsa: 0x1041,
    ecEdwardsKeyPairGen: 0x1055,
    eddsa: 0x1057,
  },
  sha256: 0x250,
  mgf1Sha256: 2,
  paramsRsaPss: 5,
} as const;

/** CKA_…, by what they say. */
export const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  wrap: 0x106,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  derive: 0x10c,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  modifiable: 0x170,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const;

/** The name of a CKR_… in an error of the binding; `undefined` if there is none. */
export function returnValueOf(error: unknown): string | undefined {
  return /CKR_\w+/.exec(error instanceof Error ? error.message : String(error))?.[0];
}
