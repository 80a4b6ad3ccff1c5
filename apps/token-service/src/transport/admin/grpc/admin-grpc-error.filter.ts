import { Catch } from '@nestjs/common';
import { RequestError } from '../../../core/model/errors.ts';
import { GrpcErrorFilter, MAX_TOLD_CHARACTERS } from '../../grpc/grpc-error.filter.ts';
import { toWire } from '../to-wire.ts';

/** Answers failed calls of the admin API; what HTTP has as further members of the body is in the metadata of ErrorInfo. */
@Catch()
export class AdminGrpcErrorFilter extends GrpcErrorFilter {
  /** Values as JSON, but for plain text; lists are cut so that they fit. */
  protected override told(error: unknown): Readonly<Record<string, string>> {
    if (!(error instanceof RequestError)) return {};
    const entries = Object.entries(toWire(error.told) as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'string' ? value : fitting(value)]),
    );
  }
}

function fitting(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.length <= MAX_TOLD_CHARACTERS || !Array.isArray(value)) return text;
  return fitting(value.slice(0, Math.floor(value.length / 2)));
}
