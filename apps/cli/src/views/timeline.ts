import type { Rotation, TimelineEntry } from '@mintmark/admin-client';
import { instant } from '../output/instants.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';

export const TIMELINE_COLUMNS = ['when', 'what', 'key', 'why'];

export function timelineRow({ at, transition, kid, why }: TimelineEntry): string[] {
  return [instant(at), transition, shortKid(kid), why];
}

export function formatTimeline({ timeline }: Rotation, style: Style): string {
  const rows = timeline.map(timelineRow);
  return formatTable({ columns: TIMELINE_COLUMNS, rows, empty: 'Nothing would happen.' }, style);
}

/** As tables show it; the beginning of a kid is enough to name it. */
export function shortKid(kid: string | null): string {
  return kid?.slice(0, 12) ?? 'new';
}
