// Loaded into the service before its own code: ends it as a power cut would, between two steps of changing a key-encryption key.

interface Patched {
  readonly prototype: { replaceWraps: (...args: unknown[]) => Promise<boolean> };
}

const LAST = 3;
let writes = 0;
// The very module the service runs.
const file = new URL('../../../apps/token-service/dist/adapters/sql/envelope-store.js', import.meta.url);
const { SqlEnvelopeStore } = (await import(file.href)) as { SqlEnvelopeStore: Patched };
const { replaceWraps } = SqlEnvelopeStore.prototype;

SqlEnvelopeStore.prototype.replaceWraps = async function (...args: unknown[]): Promise<boolean> {
  const written = await replaceWraps.apply(this, args);
  if (++writes === LAST) process.kill(process.pid, 'SIGKILL');
  return written;
};
