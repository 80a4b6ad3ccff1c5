import { StandardSchemaValidationPipe } from '@nestjs/common';
import { RequestError } from '../../core/model/errors.ts';

const SHOWN = 5;

/** Checks what handlers declare a schema for, and says of each field what is wrong with it. */
export function schemaValidation(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const told = issues.slice(0, SHOWN).map(({ path, message }) => {
        const name = path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
        return name ? `${name}: ${message}` : message;
      });
      const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : '';
      return new RequestError('PARAMETER_INVALID', `${told.join('; ')}${more}.`);
    },
  });
}
