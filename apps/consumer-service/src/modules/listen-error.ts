import { formatAddress, type Address } from '../config/address.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use by another process',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** A listener could not have its address; the message is one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(setting: string, address: Address, cause: unknown) {
    super(`Cannot listen on ${formatAddress(address)} (${setting}): ${reasonOf(cause)}.`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  // grpc-js folds the system's errors into its message.
  const code = Object.keys(REASONS).find((each) => text.includes(each));
  return (code && REASONS[code]) ?? text.replaceAll('\n', ' ');
}
