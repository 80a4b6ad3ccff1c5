/** `key`: this one. `custody`: every key that lies under a key-encryption key or token that this one lies under. */
export type CompromiseScope = 'key' | 'custody';

/**
 * What to do where no standby that verifiers hold can take over: refuse, sign nothing until one can, or sign at once with a key
 * that verifiers do not know yet.
 */
export type WithoutStandby = 'refuse' | 'seal' | 'fresh-key';

/** An order to end all trust in a key, or in all that lie where it does. */
export interface CompromiseOrder {
  /** A kid, which also names the custody that it lies under; or the custody itself. */
  readonly target: { readonly kid: string } | { readonly custody: readonly string[] };
  /** Keys that it was found to take before: they are lost wherever they lie by now. */
  readonly kids?: readonly string[];
  readonly scope: CompromiseScope;
  readonly reason: string;
  readonly withoutStandby: WithoutStandby;
}

/**
 * Whether a private key lies under one of these.
 * @param known what it lies under. Empty: it is gone, or its wraps were damaged, and nobody can say that it lay elsewhere
 */
export function mayLieUnder(custody: readonly string[], known: readonly string[] = []): boolean {
  return known.length === 0 || known.some((each) => custody.includes(each));
}
