import type { ZodType } from 'zod';

/**
 * One call of the admin API as a value: what goes on the wire and how its answer is read. Values can be shown (as a curl
 * command, say) before or instead of being sent.
 */
export interface AdminCall<Answer> {
  readonly method: 'GET' | 'POST';
  /** From the root of the listener, with its query. */
  readonly path: string;
  /** Sent as JSON; wire names. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly answer: AnswerReader<Answer>;
}

/** A JSON answer checked by its schema, or text as it is. */
export type AnswerReader<Answer> =
  | { readonly kind: 'json'; readonly schema: ZodType<Answer> }
  | { readonly kind: 'text'; readonly read: (text: string) => Answer };

export type AnswerOf<Call> = Call extends AdminCall<infer Answer> ? Answer : never;

/** A path with its query; parameters that are `undefined` are left out. */
export function pathOf(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const parameters = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
  return given.length === 0 ? path : `${path}?${parameters.toString()}`;
}
