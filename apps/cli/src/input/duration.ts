import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `15m`, `24h`, `7d`, or `0`: in seconds. */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (text === '0') return 0;
  if (!digits || !unit) throw new InvalidArgumentError('It takes a whole number with a unit: 90s, 15m, 24h, 7d, or 0.');
  return Number(digits) * SECONDS[unit as keyof typeof SECONDS];
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,16}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${least}${most < 1e9 ? ` to ${most}` : ''}.`);
  };
}
