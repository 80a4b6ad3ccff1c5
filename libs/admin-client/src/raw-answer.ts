/** An answer as it came, over whatever carried it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}
