/**
 * Seconds to wait by a Retry-After header (RFC 9110 §10.2.3); `undefined` if there is none that makes sense. A date is
 * compared with the sender's own Date, not with the local clock.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const seconds = (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
