import type { DeclaredCredential } from './client.ts';
import type { Policy } from './policy.ts';
import type { Resource } from './resource.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

/** What a declaration file says, once it has been found free of problems. */
export interface Declaration {
  readonly issuers: readonly TrustedIssuer[];
  readonly resources: readonly Resource[];
  readonly clients: readonly DeclaredClient[];
  readonly policies: readonly Policy[];
}

export interface DeclaredClient {
  readonly id: string;
  /** Absent: as it is now. A file that says nothing of it must not let a client back in that an operator has stopped. */
  readonly disabled?: boolean;
  readonly credentials: readonly DeclaredCredential[];
}

/** A declaration file as it was found, unread. */
export interface DeclarationFile {
  /** As people know it; the `file` of every problem in it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A place in a declaration file. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** A declaration, and where its file says what may turn out wrong only beside the rest of the registry. */
export interface PlacedDeclaration {
  readonly declaration: Declaration;
  /** By path, such as `resources[0].uri`. */
  readonly positions: Readonly<Record<string, Position>>;
}

/** Something wrong with a declaration file: where, what, and how to mend it. */
export interface DeclarationProblem extends Position {
  readonly file: string;
  /** Such as `clients[0].credentials[1].kind`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly allowed?: string;
  readonly fix: string;
}

export type DeclarationOutcome =
  | ({ readonly ok: true } & PlacedDeclaration)
  /** Every problem that was found, in the order of the file. Nothing of the file may be used. */
  | { readonly ok: false; readonly problems: readonly DeclarationProblem[] };
