// Loaded into the service before its own code: ends it as a power cut would, between two steps of changing a key-encryption key.
import { SqlEnvelopeStore } from '../../../apps/token-service/dist/adapters/sql/envelope-store.js';

const LAST = 3;
let writes = 0;
const prototype = SqlEnvelopeStore.prototype as unknown as { replaceWraps: (...args: unknown[]) => Promise<boolean> };
const { replaceWraps } = prototype;

prototype.replaceWraps = async function (...args: unknown[]): Promise<boolean> {
  const written = await replaceWraps.apply(this, args);
  if (++writes === LAST) process.kill(process.pid, 'SIGKILL');
  return written;
};
