import type { CompromiseOrder } from '../../model/compromise.ts';
import { RequestError } from '../../model/errors.ts';
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
 * leaves none behind.
 * @throws RequestError as `carryOut` does; then the sets after the one that was refused are as they were
 */
export async function compromiseTogether<Done>(
  parts: readonly CompromisePart<Done>[],
  actor: string,
  intents: CompromiseIntents,
): Promise<readonly Done[]> {
  const taken = parts.map((part) => ({ ...part, intent: part.keys.take(part.order, part.planned, actor) }));
  const waiting = taken.flatMap(({ intent }) => intent ?? []);
  try {
    if (waiting.length > 0) await intents.reserve([...waiting]);
    const done: Done[] = [];
    for (const { keys, planned, intent } of taken) {
      done.push(intent ? await keys.carryOut(intent) : planned);
      if (!intent) continue;
      waiting.shift();
      await keys.catchUp();
    }
    return done;
  } catch (error) {
    // Only of a refusal it is certain that nothing was committed.
    if (error instanceof RequestError && error.code !== 'STORAGE_UNAVAILABLE') await intents.withdraw(waiting);
    throw error;
  } finally {
    for (const { keys, intent } of taken) if (intent) keys.letGo(intent);
  }
}
