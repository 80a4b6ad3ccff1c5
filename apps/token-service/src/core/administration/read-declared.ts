import type { DeclarationFile, PlacedDeclaration } from '../model/declaration.ts';
import type { DeclarationReader } from '../ports/declaration-reader.ts';
import { declarationInvalid } from './decide-apply.ts';

/** @throws RequestError DECLARATION_INVALID with every problem */
export async function readDeclared(file: DeclarationFile, reader: DeclarationReader): Promise<PlacedDeclaration> {
  const outcome = await reader.read(file);
  if (outcome.ok) return outcome;
  throw declarationInvalid(outcome.problems);
}
