import { harmless } from '@mintmark/verifier';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { VERIFIER_OPTIONS, type DeniedAccess, type VerifierModuleOptions } from './options.ts';

/** Where refusals are told in full. */
@Injectable()
export class DenialLog {
  readonly #onDenied: (denied: DeniedAccess) => void;

  constructor(@Inject(VERIFIER_OPTIONS) options: VerifierModuleOptions) {
    const logger = new Logger('Verifier');
    this.#onDenied = harmless(
      options.onDenied ??
        (({ code, requestId, handler, cause }) => {
          const denied = { message: 'denied', code, request_id: requestId, handler };
          if (cause === undefined) logger.log(denied);
          else logger.error({ ...denied, message: 'denied by a defect' }, cause instanceof Error ? cause.stack : cause);
        }),
    );
  }

  add(denied: DeniedAccess): void {
    this.#onDenied(denied);
  }
}
