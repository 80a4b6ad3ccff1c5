import { formatAddress, type Address } from './address.ts';

const REASONS: readonly (readonly [code: string, reason: string])[] = [
  ['EADDRINUSE', 'is in use by another process. Stop it, or choose another port (0 takes a free one).'],
  ['EACCES', 'may not be listened on by this user. Choose a port above 1023.'],
  ['EADDRNOTAVAIL', 'is not an address of this machine.'],
  ['ENOTFOUND', 'is not an address of this machine.'],
];

/** A listener could not be opened. The message names its setting and says what to do, in one line. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  /** @param setting the environment variable that holds the address */
  constructor(setting: string, address: Address, cause: unknown) {
    super(`${setting}: ${formatAddress(address)} ${explain(cause)}`, { cause });
  }
}

function explain(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  // grpc-js folds the system's errors into its message.
  const known = REASONS.find(([code]) => text.includes(code));
  return known?.[1] ?? `cannot be listened on: ${text.replaceAll('\n', ' ')}`;
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
