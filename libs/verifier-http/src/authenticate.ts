import type { Caller, Verdict, Verifier } from '@mintmark/verifier';
import { receivedCredential, type ReceivedRequest } from './received-credential.ts';

const callers = new WeakMap<object, Caller>();

/**
 * Reads the one credential of a request, verifies it locally, and remembers the caller for `callerOf`.
 * @param request what `callerOf` will be asked with: the framework's request object
 * @param received the request as node:http received it
 */
export async function authenticate(verifier: Verifier, request: object, received: ReceivedRequest): Promise<Verdict> {
  const credential = receivedCredential(received);
  if (!credential.ok) return credential;
  const verdict = await verifier.verify(credential.token);
  if (verdict.ok) callers.set(request, verdict.caller);
  return verdict;
}

/** The verified caller of a request, if it was authenticated. */
export function findCaller(request: object): Caller | undefined {
  return callers.get(request);
}

/**
 * The verified caller of a request.
 * @throws Error where nothing authenticated it: a public route, or the plugin or middleware is not installed
 */
export function callerOf(request: object): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('Nobody authenticated this request: it is public, or the verifier is not installed');
  return caller;
}
