import { type Caller, type Credential, type Refused, type Verdict, type Verifier } from '@mintmark/verifier';
import { noted } from './authorise.ts';
import { receivedCredential, type ReceivedRequest } from './received-credential.ts';
import { receivedEvidence } from './received-evidence.ts';

export interface Authenticator {
  readonly verifier: Verifier;
  /**
   * Where callers reach this server, as `https://inventory.internal`, read by `readExternalUrl`: what DPoP proofs must name,
   * with the path of the request. Absent: the scheme DPoP is not taken.
   */
  readonly externalUrl?: string | undefined;
}

/** A verdict, and what `verify` threw, if it did: a defect of this side, answered as "cannot determine". */
export type Authentication = Verdict & { readonly cause?: unknown };

const callers = new WeakMap<object, { readonly verifier: Verifier; readonly caller: Caller }>();

/**
 * Reads the one credential of a request, verifies it locally, and remembers the caller for `callerOf`. Asked again with the
 * same request, once its body is there, it says whether the caller is still let in: a body takes as long as its sender likes, but
 * a proof of possession serves once.
 * @param request what `callerOf` will be asked with: the framework's request object
 * @param received the request as node:http received it
 */
export async function authenticate(
  authenticator: Authenticator,
  request: object,
  received: ReceivedRequest,
): Promise<Authentication> {
  const { verifier } = authenticator;
  const known = callers.get(request);
  const verdict =
    known?.verifier === verifier
      ? await answered(verifier, () => verifier.verifyAgain?.(known.caller) ?? { ok: true, caller: known.caller })
      : await verify(authenticator, received);
  if (verdict.ok) callers.set(request, { verifier, caller: verdict.caller });
  return verdict;
}

function verify(authenticator: Authenticator, received: ReceivedRequest): Authentication | Promise<Authentication> {
  const { verifier, externalUrl } = authenticator;
  const credential = acceptableCredential(authenticator, received);
  if (!credential.ok) return noted(verifier, credential);
  return answered(verifier, () =>
    verifier.verify(credential.token, receivedEvidence(received, credential, externalUrl)),
  );
}

function acceptableCredential({ externalUrl }: Authenticator, received: ReceivedRequest): Credential | Refused {
  const credential = receivedCredential(received);
  // The challenge asks for Bearer alone: a proof for an address that nobody told us could not be checked.
  const unasked = credential.ok && credential.scheme === 'DPoP' && externalUrl === undefined;
  return unasked ? { ok: false, code: 'TOKEN_MISSING' } : credential;
}

async function answered(verifier: Verifier, ask: () => Verdict | Promise<Verdict>): Promise<Authentication> {
  try {
    return await ask();
  } catch (cause) {
    return { ...noted(verifier, { ok: false, code: 'KEYS_UNAVAILABLE' }), cause };
  }
}

/** The verified caller of a request, if it was authenticated. */
export function findCaller(request: object): Caller | undefined {
  return callers.get(request)?.caller;
}

/**
 * The verified caller of a request.
 * @throws Error where nothing authenticated it: a public route, or the plugin or middleware is not installed
 */
export function callerOf(request: object): Caller {
  const caller = findCaller(request);
  if (!caller) throw new Error('Nobody authenticated this request: it is public, or the verifier is not installed');
  return caller;
}
