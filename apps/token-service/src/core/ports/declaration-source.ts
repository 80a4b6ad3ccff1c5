import type { DeclarationFile, DeclarationProblem } from '../model/declaration.ts';

export interface DeclarationSource {
  /** The file as it is now, or why it cannot be read. */
  read(): Promise<DeclarationFile | DeclarationProblem>;

  /** Differs when the file may have changed, also when it was replaced, or came or went. */
  fingerprint(): Promise<string>;
}
