import type { CompromiseOrder } from '../../model/compromise.ts';
import { isRefusal, RequestError } from '../../model/errors.ts';
import type { ReservedCompromise } from '../../model/witness-record.ts';
import type { CompromiseIntents } from '../../ports/compromise-intents.ts';

/** What an order does in one key set, and the one who does it there. */
export interface CompromisePart<Done> {
  readonly keys: Compromiser<Done>;
  readonly order: CompromiseOrder;
  readonly planned: Done;
}

interface Compromiser<Done> {
  take(order: CompromiseOrder, planned: Done, actor: string): ReservedCompromise | undefined;
  letGo(intent: ReservedCompromise): void;
  carryOut(intent: ReservedCompromise): Promise<Done>;
  catchUp(): Promise<void>;
}

/**
 * One order for several key sets. It is written down as a whole before the first of them is touched: a crash between two
 * leaves none behind. It is over in each when that is as ordered, and withdrawn only if it is refused before it is so in any.
 * @throws RequestError as `carryOut` does: a refusal only if no set was changed
 */
export async function compromiseTogether<Done>(
  parts: readonly CompromisePart<Done>[],
  actor: string,
  intents: CompromiseIntents,
): Promise<readonly Done[]> {
  const taken = parts.map((part) => ({ ...part, intent: part.keys.take(part.order, part.planned, actor) }));
  const written = taken.flatMap(({ intent }) => intent ?? []);
  // Where nothing is left to do, an earlier order began what this one goes on with.
  let isBegun = written.length < taken.length;
  try {
    if (written.length > 0) await intents.reserve(written);
    const done: Done[] = [];
    for (const { keys, planned, intent } of taken) {
      done.push(intent ? await keys.carryOut(intent) : planned);
      if (!intent) continue;
      isBegun = true;
      await keys.catchUp();
    }
    return done;
  } catch (error) {
    // Only of a refusal it is certain that nothing was committed.
    if (!isRefusal(error)) throw error;
    if (isBegun) throw stands(error, 'Other key sets are as ordered already');
    await intents.withdraw(written);
    throw error;
  } finally {
    for (const { keys, intent } of taken) if (intent) keys.letGo(intent);
  }
}

/**
 * A refusal that comes too late to be one: what lies under a custody is known to others in every key set alike, and none stays
 * trusted for what was found after the first of it was dealt with.
 * @param begun what was done already
 */
export function stands({ message, code, facts, told }: RequestError, begun: string): RequestError {
  const words = `${begun}, so the order stands for this one, and is carried out as soon as it can be.`;
  return new RequestError('STORAGE_UNAVAILABLE', `${message} ${words}`, { ...facts, refused: code }, told);
}
