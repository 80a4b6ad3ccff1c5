import { fileName } from './file-name.js';
import { noAmbientInput } from './no-ambient-input.js';
import { noBarrel } from './no-barrel.js';
import { noDefaultExport } from './no-default-export.js';
import { parameterSchema } from './parameter-schema.js';

/** The house's own lint rules. */
export const mintmark = {
  meta: { name: 'mintmark' },
  rules: {
    'file-name': fileName,
    'no-ambient-input': noAmbientInput,
    'no-barrel': noBarrel,
    'no-default-export': noDefaultExport,
    'parameter-schema': parameterSchema,
  },
};
