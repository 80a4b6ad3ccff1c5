import type { Declaration, DeclarationFile } from '../model/declaration.ts';
import type { DeclarationSupport } from '../registry/declaration/declaration-support.ts';
import { readDeclaration } from '../registry/declaration/read-declaration.ts';
import { declarationInvalid } from './decide-apply.ts';

/** @throws RequestError DECLARATION_INVALID with every problem */
export function readDeclared(file: DeclarationFile, support: DeclarationSupport): Declaration {
  const outcome = readDeclaration(file, support);
  if (outcome.ok) return outcome.declaration;
  throw declarationInvalid(outcome.problems);
}
