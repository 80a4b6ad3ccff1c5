/** An instant as tables show it: to the second, in UTC. */
export function instant(date: Date | null | undefined, absent = '–'): string {
  return date ? `${date.toISOString().slice(0, 19)}Z` : absent;
}

/** Roughly how long from `now` until (or since) `date`: `in 3 h`, `2 d ago`. */
export function relative(date: Date, now: number): string {
  const seconds = Math.round((date.getTime() - now) / 1000);
  const length = lengthOf(Math.abs(seconds));
  return seconds >= 0 ? `in ${length}` : `${length} ago`;
}

/** Roughly how long ago it was: `3 h`. */
export function age(date: Date, now: number): string {
  return lengthOf(Math.max(0, Math.round((now - date.getTime()) / 1000)));
}

function lengthOf(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
