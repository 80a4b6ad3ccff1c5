import type { Laggard } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { printable } from '../output/printable.ts';
import { shortKid } from './timeline.ts';

/** Names, for the person, the verifiers that have not acknowledged a key that is to sign next. */
export function noteLaggards(context: Context, laggards: readonly Laggard[]): void {
  for (const { kid, client, resource, instance } of laggards) {
    context.output.note(printable(`Not acknowledged: ${shortKid(kid)} by ${client} for ${resource}, ${instance}`));
  }
}
