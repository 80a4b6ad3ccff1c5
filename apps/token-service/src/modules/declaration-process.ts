import type { DeclarationFile } from '../core/model/declaration.ts';
import type { DeclarationSupport } from '../core/registry/declaration/declaration-support.ts';
import { readDeclaration } from '../core/registry/declaration/read-declaration.ts';

// What a DeclarationProcess runs.
process.once('message', ({ file, support }: { file: DeclarationFile; support: DeclarationSupport }) => {
  process.send?.(readDeclaration(file, support), () => process.disconnect());
});
