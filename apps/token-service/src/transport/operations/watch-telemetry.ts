import type { Meter } from '@opentelemetry/api';
import type { WatchObserver } from '../../core/ports/watch-observer.ts';

/** Counts what becomes of watch streams, and what was sent over them in vain. */
export function observeWatch(meter: Meter): { observer: WatchObserver; onDenied: (code: string) => void } {
  const count = (name: string, description: string) => meter.createCounter(`mintmark.watch.${name}`, { description });
  const refused = count('refused', 'What came over watch streams and had no effect, by reason');
  const denied = count('denied', 'Tokens that opened no watch stream, by code');
  const acknowledged = count('acknowledged', 'Acknowledgements of key sets that were published');
  const announced = count('announced', 'What was told to all watch streams, by kind');
  return {
    observer: {
      refused: (reason) => refused.add(1, { reason }),
      acknowledged: () => acknowledged.add(1),
      announced: (kind) => announced.add(1, { kind }),
    },
    onDenied: (code) => denied.add(1, { code }),
  };
}
