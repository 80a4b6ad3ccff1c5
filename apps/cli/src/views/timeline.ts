import type { TimelineEntry } from '@mintmark/admin-client';
import { instant } from '../output/instants.ts';

export const TIMELINE_COLUMNS = ['when', 'what', 'key', 'why'];

export function timelineRow({ at, transition, kid, why }: TimelineEntry): string[] {
  return [instant(at), transition, shortKid(kid), why];
}

/** As tables show it; the beginning of a kid is enough to name it. */
export function shortKid(kid: string | null): string {
  return kid?.slice(0, 12) ?? 'new';
}
