/** Proves that what is stored about keys was written by Mintmark: whoever can write to the database cannot make one. */
export interface KeySetSeal {
  /** Of its key; it only goes up. `undefined`: that cannot be opened. */
  readonly version: number | undefined;

  /** What its key lay under when it was opened: its wraps bear no MAC, and may be taken away afterwards. */
  readonly custody: readonly string[];

  /**
   * A MAC, base64url, over the parts, each with its length.
   * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE, KEY_UNREADABLE if its key cannot be opened
   */
  mac(parts: readonly string[]): string;

  /** Looks for a later key than the one in use: it is used from then on, by all who share this. */
  renew(): Promise<void>;
}

export interface ReplaceableSeal extends KeySetSeal {
  /**
   * Makes another key for it and puts every key set under that, if somebody else may know the present one. Done again for the
   * same reason it changes nothing.
   * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if it would lie where the present one does; then nothing was changed
   */
  replace(loss: SealLoss): Promise<void>;
}

export interface SealLoss {
  /** Custodies that others know: whatever lies under one of them is known, too. */
  readonly lost: readonly string[];
  /** The latest version that they may know, with all before it, whatever its wraps say: those bear no MAC. */
  readonly known: number;
}

/** A MAC under one key, as {@link KeySetSeal.mac}. */
export type Mac = KeySetSeal['mac'];
