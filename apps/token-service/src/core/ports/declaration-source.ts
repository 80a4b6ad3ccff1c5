import type { DeclarationFile, DeclarationProblem } from '../model/declaration.ts';

export interface DeclarationSource {
  /** The file as it is now, or why it cannot be read. */
  read(): Promise<DeclarationFile | DeclarationProblem>;
}
