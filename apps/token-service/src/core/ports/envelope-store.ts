/** A secret encrypted under a data key of its own, and that data key encrypted under one or more key-encryption keys. */
export interface Envelope {
  readonly ciphertext: Uint8Array;
  readonly wraps: readonly DataKeyWrap[];
}

export interface DataKeyWrap {
  /** Says which key-encryption key; reveals nothing of it. */
  readonly kekId: string;
  /** base64url. */
  readonly wrappedKey: string;
}

export interface StoredLocalKey {
  readonly id: string;
  readonly issuer: string;
  readonly algorithm: string;
  readonly kid: string;
  readonly envelope: Envelope;
}

/** What a key digests. */
export type DigestPurpose = 'client-secret' | 'key-set';

export interface StoredDigestKey {
  /** `<purpose>.v<version>`. */
  readonly id: string;
  readonly purpose: string;
  readonly version: number;
  readonly envelope: Envelope;
}

export type StoredEnvelope =
  | { readonly kind: 'signing-key'; readonly key: StoredLocalKey }
  | { readonly kind: 'digest-key'; readonly key: StoredDigestKey };

/** Names the row of an envelope. */
export interface EnvelopeRow {
  readonly kind: StoredEnvelope['kind'];
  readonly id: string;
}

/** Where encrypted keys are kept. It never sees one in clear. */
export interface EnvelopeStore {
  /** @returns what is stored under that id: the first one added */
  addLocalKey(key: StoredLocalKey): Promise<StoredLocalKey>;
  localKey(id: string): Promise<StoredLocalKey | undefined>;
  localKeys(issuer: string): Promise<readonly StoredLocalKey[]>;
  removeLocalKey(id: string): Promise<void>;

  /** @returns what is stored under that purpose and version: the first one added */
  addDigestKey(key: StoredDigestKey): Promise<StoredDigestKey>;
  /** In the order of their versions. */
  digestKeys(purpose: DigestPurpose): Promise<readonly StoredDigestKey[]>;
  /** Whether anything is stored that means nothing without a key of this purpose: then a missing one is lost, not new. */
  isDigestKeyNeeded(purpose: DigestPurpose): Promise<boolean>;

  /** Every envelope there is, of every kind. */
  envelopes(): Promise<readonly StoredEnvelope[]>;
  /** @returns false if they are no longer `from`; then nothing was changed */
  replaceWraps(row: EnvelopeRow, from: readonly DataKeyWrap[], to: readonly DataKeyWrap[]): Promise<boolean>;

  /** For each envelope that has a wrap, the key-encryption keys any one of which opens it. Empty in a fresh database. */
  kekIds(): Promise<readonly (readonly string[])[]>;

  /** Custodies that were compromised: key-encryption keys by their id, tokens as `pkcs11:` and their tag. Nothing new lies under one. */
  condemned(): Promise<readonly string[]>;
  condemn(custody: readonly string[]): Promise<void>;
}
