const TIMEOUT_MS = 5_000;

/** What came back from an address, or why nothing did. */
export type Probe =
  | {
      readonly reached: true;
      readonly status: number;
      readonly body: unknown;
      readonly date: Date | undefined;
      readonly sentAt: number;
    }
  | { readonly reached: false; readonly reason: string };

/** One GET, without credentials. */
export async function probe(url: string, now: () => number): Promise<Probe> {
  const sentAt = now();
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json().catch(() => undefined);
    const date = new Date(response.headers.get('date') ?? NaN);
    return {
      reached: true,
      status: response.status,
      body,
      date: Number.isNaN(date.getTime()) ? undefined : date,
      sentAt,
    };
  } catch (error) {
    const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
    return { reached: false, reason: typeof code === 'string' ? code : (error as Error).name };
  }
}
