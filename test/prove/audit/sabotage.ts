// Loaded by the product processes before their own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: early, drop, flush, anchors, or all.
import { open, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface Patched {
  readonly prototype: object;
}

interface Event {
  readonly event: string;
}

const what = process.env['PROVE_SABOTAGE'] ?? 'all';
const breakages: Record<string, () => Promise<void>> = {
  early: answerEarly,
  drop: dropSome,
  flush: neverFlush,
  anchors: forgetAnchors,
};
for (const name of what === 'all' ? Object.keys(breakages) : what.split(',')) {
  const damage = breakages[name];
  if (!damage) throw new Error(`no such sabotage: ${name}. There are ${Object.keys(breakages).join(', ')}`);
  await damage();
}

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
  const { SqlAuditAnchors } = (await compiled('adapters/sql/audit-anchors.js')) as { SqlAuditAnchors: Patched };
  method(SqlAuditAnchors, 'list');
  Object.defineProperty(SqlAuditAnchors.prototype, 'list', { value: async () => [] });
}

type Append = (event: Event) => Promise<void>;

async function patchAppend(broken: (append: Append, event: Event) => Promise<void>): Promise<void> {
  const { AuditFile } = (await compiled('adapters/audit/audit-file.js')) as { AuditFile: Patched };
  const append = method(AuditFile, 'append') as (this: object, event: Event) => Promise<void>;
  Object.defineProperty(AuditFile.prototype, 'append', {
    configurable: true,
    value(this: object, event: Event) {
      return broken((given) => append.call(this, given), event);
    },
  });
}

function method({ prototype }: Patched, name: string): unknown {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  if (typeof found !== 'function') throw new Error(`there is no method ${name} to break`);
  return found;
}

/** The very module the product runs. */
function compiled(path: string): Promise<unknown> {
  return import(new URL(`../../../apps/token-service/dist/${path}`, import.meta.url).href) as Promise<unknown>;
}
