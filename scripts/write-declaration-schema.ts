// npm run schema: writes docs/declaration.schema.json, by which editors check and complete declaration files.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { declarationJsonSchema } from '../apps/token-service/src/core/registry/declaration/declaration-schema.ts';

const file = new URL('../docs/declaration.schema.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(declarationJsonSchema()), { parser: 'json', printWidth: 120 }));
