import type { DeclarationFile, DeclarationOutcome } from '../model/declaration.ts';

export interface DeclarationReader {
  /**
   * Reads the file whole, without holding up what else the process does.
   * @throws RequestError REGISTRY_BUSY, STOPPING
   */
  read(file: DeclarationFile): Promise<DeclarationOutcome>;
}
