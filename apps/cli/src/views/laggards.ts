import type { Laggard } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { printable } from '../output/printable.ts';
import { andMore } from './and-more.ts';
import { shortKid } from './timeline.ts';

interface Laggards {
  readonly laggards: readonly Laggard[];
  readonly moreLaggards: number;
}

/** Names, for the person, the verifiers that have not acknowledged a key that is to sign next. */
export function noteLaggards(context: Context, rings: readonly Laggards[]): void {
  for (const { laggards, moreLaggards } of rings) {
    for (const laggard of laggards) context.output.note(laggardLine(laggard));
    for (const more of andMore(moreLaggards)) context.output.note(`${more}: mintmark keys users <kid>`);
  }
}

export function laggardLine({ kid, client, resource, instance }: Laggard): string {
  return printable(`Not acknowledged: ${shortKid(kid)} by ${client} for ${resource}, ${instance}`);
}
