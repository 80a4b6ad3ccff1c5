import type { Rotation } from '@mintmark/admin-client';
import { instant } from '../output/instants.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { laggardLine } from './laggards.ts';
import { shortKid, TIMELINE_COLUMNS, timelineRow } from './timeline.ts';

/** What keys would be changed, when, and what it would cost; or what keeps it from being done now. */
export function formatRotation(rotation: Rotation, style: Style): string {
  const rows = rotation.timeline.map(timelineRow);
  const table = formatTable({ columns: TIMELINE_COLUMNS, rows, empty: 'Nothing would happen.' }, style);
  return [...refusalLines(rotation), table, ...retirementLines(rotation)].join('\n');
}

function refusalLines({ refusal }: Rotation): readonly string[] {
  if (!refusal) return [];
  const { code, notBefore, waitsFor, laggards } = refusal;
  return [
    `It would be refused now (${code}): it waits for ${waitsFor}, until ${instant(notBefore)}.`,
    ...laggards.map(laggardLine),
  ];
}

/** Whom it concerns: nobody else's tokens are touched. */
function retirementLines({ retiredKid, retiredTokensUntil }: Rotation): readonly string[] {
  if (retiredKid === null) return [];
  const tokens = retiredTokensUntil
    ? `its tokens are accepted until they expire, the last ${instant(retiredTokensUntil)}`
    : 'it has signed no token';
  return [`Key ${shortKid(retiredKid)} signs no more; ${tokens}.`];
}
