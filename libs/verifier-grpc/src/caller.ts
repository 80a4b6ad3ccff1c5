import type { Metadata } from '@grpc/grpc-js';
import type { Caller } from '@mintmark/verifier';

/** A call, or the metadata it came with. */
export type CallSource = Metadata | { readonly metadata: Metadata };

// Keyed by the metadata object itself, which grpc-js hands on from interceptor to handler; nothing on the wire can name an entry.
const callers = new WeakMap<object, Caller>();

export function rememberCaller(metadata: Metadata, caller: Caller): void {
  callers.set(metadata, caller);
}

/** The verified caller of a call, if it was authenticated. */
export function findCaller(source: CallSource): Caller | undefined {
  return callers.get('metadata' in source ? source.metadata : source);
}

/**
 * The verified caller of a call.
 * @throws Error where nothing authenticated it: a public method, a server without the interceptor, or one whose other
 * interceptors replace the metadata
 */
export function callerOf(source: CallSource): Caller {
  const caller = findCaller(source);
  if (!caller) throw new Error('Nobody authenticated this call: it is public, or the verifier interceptor is missing');
  return caller;
}
