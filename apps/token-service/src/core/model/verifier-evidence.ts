/** Which verifier it is: the client that its stream is authenticated as, the resource it verifies for, and the process. */
export interface VerifierName {
  readonly client: string;
  readonly resource: string;
  /** Its name, and which of those that bear it: `stock-0/1f0c9a2b`. */
  readonly instance: string;
}

/** A key set as verifiers are given it, and as they acknowledge it. */
export interface KeySetIdentity {
  readonly epoch: number;
  readonly version: number;
  /** SHA-256 of the document, base64url. */
  readonly digest: string;
}

/** What a verifier says it holds, found to be true of a set that was published. */
export interface HeldKeySet extends KeySetIdentity {
  readonly kids: readonly string[];
}

/** Who holds which keys, of all verifiers that have a live watch stream, or had one and may still be alive. */
export interface VerifierEvidence {
  readonly watching: number;
  /** By kid: how many of them have acknowledged a set with it. */
  readonly holding: ReadonlyMap<string, number>;
  /** By kid, of keys that are to sign next: the first few of those who have not. */
  readonly laggards: ReadonlyMap<string, readonly VerifierName[]>;
}

/** Whether there are verifiers and every one of them holds the key. Where nothing is known of it, nobody does. */
export function isHeldByAll(kid: string, { watching, holding }: VerifierEvidence): boolean {
  return watching > 0 && holding.get(kid) === watching;
}

export function verifierLabel({ client, resource, instance }: VerifierName): string {
  return `${client} for ${resource}, ${instance}`;
}
