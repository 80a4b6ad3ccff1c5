// Loaded by the product processes before their own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: early, drop, flush, anchors, or all.
import { open, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compiled, inflict, method, type Patched } from '../damage.ts';

interface Event {
  readonly event: string;
}

await inflict({
  early: answerEarly,
  drop: dropSome,
  flush: neverFlush,
  anchors: forgetAnchors,
});

/** The token leaves while its line is still being written. */
async function answerEarly(): Promise<void> {
  await patchAppend((append, event) => {
    const written = append(event);
    if (event.event !== 'token.issued') return written;
    written.catch(() => undefined);
    return Promise.resolve();
  });
}

/** One token in ten is never written down. */
async function dropSome(): Promise<void> {
  let issued = 0;
  await patchAppend((append, event) => {
    const dropped = event.event === 'token.issued' && (issued += 1) % 10 === 0;
    return dropped ? Promise.resolve() : append(event);
  });
}

/** Written, but left to the operating system. Only a power cut shows it. */
async function neverFlush(): Promise<void> {
  const probe = await open(fileURLToPath(import.meta.url));
  const prototype = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  Object.defineProperty(prototype, 'datasync', { configurable: true, value: async () => undefined });
}

/** Verification that knows nothing but the file. */
async function forgetAnchors(): Promise<void> {
  const { SqlAuditAnchors } = (await compiled('apps/token-service/dist/adapters/sql/audit-anchors.js')) as {
    SqlAuditAnchors: Patched;
  };
  method(SqlAuditAnchors, 'list');
  Object.defineProperty(SqlAuditAnchors.prototype, 'list', { value: async () => [] });
}

type Append = (event: Event) => Promise<void>;

async function patchAppend(broken: (append: Append, event: Event) => Promise<void>): Promise<void> {
  const { AuditFile } = (await compiled('apps/token-service/dist/adapters/audit/audit-file.js')) as {
    AuditFile: Patched;
  };
  const append = method(AuditFile, 'append') as (this: object, event: Event) => Promise<void>;
  Object.defineProperty(AuditFile.prototype, 'append', {
    configurable: true,
    value(this: object, event: Event) {
      return broken((given) => append.call(this, given), event);
    },
  });
}
