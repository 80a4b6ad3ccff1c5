import { formatAddress, type Address } from '../config/address.ts';

/** A listener could not be opened. The message names its setting and says what to do. */
export class ListenError extends Error {
  constructor(setting: string, address: Address, cause: unknown) {
    super(`${setting}: ${formatAddress(address)} ${explain(cause)}`, { cause });
    this.name = 'ListenError';
  }
}

function explain(cause: unknown): string {
  // grpc-js gives no code, only a text that holds the one of the system.
  const text = `${(cause as NodeJS.ErrnoException).code ?? ''} ${cause instanceof Error ? cause.message : String(cause)}`;
  if (text.includes('EADDRINUSE'))
    return 'is in use by another process. Stop it, or choose another port (0 takes a free one).';
  if (text.includes('EACCES')) return 'may not be listened on by this user. Choose a port above 1023.';
  if (text.includes('EADDRNOTAVAIL') || text.includes('ENOTFOUND')) return 'is not an address of this machine.';
  return `cannot be listened on: ${text.trim()}`;
}

/** @throws ListenError in place of whatever the attempt to listen throws */
export async function listening<Listener>(
  setting: string,
  address: Address,
  listen: () => Promise<Listener>,
): Promise<Listener> {
  try {
    return await listen();
  } catch (cause) {
    throw new ListenError(setting, address, cause);
  }
}
