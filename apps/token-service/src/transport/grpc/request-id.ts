import {
  ServerInterceptingCall,
  type Metadata,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { ERRORS, ERROR_DOMAIN, GRPC_STATUS, type IssuerErrorCode } from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import type { Ids } from '../../core/ports/ids.ts';
import { rememberPeer } from './call-peer.ts';

const requestIds = new WeakMap<Metadata, string>();

/** The id given to the call whose metadata this is. */
export function requestIdOf(metadata: Metadata): string {
  const id = requestIds.get(metadata);
  if (id === undefined) throw new Error('the call did not pass through identifyCalls');
  return id;
}

interface Limit {
  /** Of a message, as the server is set to. */
  readonly maxBytes: number;
  /** How to keep to it. */
  readonly advice: string;
}

/**
 * Gives every call an id, remembers who is at its other end, and answers what grpc-js refuses by itself, before any handler runs, in the form of all our
 * errors: a message that does not parse is the caller's fault (INVALID_ARGUMENT), not ours (INTERNAL, as grpc-js says).
 */
export function identifyCalls(ids: Ids, limit: Limit): ServerInterceptor {
  return (_method, call) => {
    const requestId = ids.next();
    // Such refusals start at the lowest call and pass through no interceptor, so that call itself has to be told.
    const lowest = lowestOf(call);
    const sendStatus = lowest.sendStatus.bind(lowest);
    lowest.sendStatus = (answer) => sendStatus(refusedByGrpc(answer, { requestId, ...limit }) ?? answer);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            requestIds.set(metadata, requestId);
            rememberPeer(call, metadata);
            pass(metadata);
          },
        }),
    });
  };
}

/** Beneath the interceptors that come before this one. */
function lowestOf(call: ServerInterceptingCallInterface): ServerInterceptingCallInterface {
  const { nextCall } = call as { nextCall?: ServerInterceptingCallInterface };
  return nextCall ? lowestOf(nextCall) : call;
}

function refusedByGrpc(
  { code, details }: Pick<Partial<StatusObject>, 'code' | 'details'>,
  { requestId, maxBytes, advice }: Limit & { readonly requestId: string },
): StatusObject | undefined {
  if (code === status.INTERNAL && details?.startsWith('Error deserializing request')) {
    const message = 'The message is not an encoding of the request type of this method.';
    return answer('REQUEST_MALFORMED', message, requestId);
  }
  if (code === status.RESOURCE_EXHAUSTED && details?.startsWith('Received message larger than max')) {
    return answer('REQUEST_TOO_LARGE', `The message is larger than ${sizeText(maxBytes)}. ${advice}`, requestId);
  }
  return undefined;
}

const KIB = 1024;
const MIB = 1024 * KIB;

function sizeText(bytes: number): string {
  return bytes < MIB ? `${bytes / KIB} KiB` : `${bytes / MIB} MiB`;
}

function answer(code: IssuerErrorCode, message: string, requestId: string): StatusObject {
  return statusWithDetails({
    status: GRPC_STATUS[ERRORS[code].grpc],
    message,
    reason: code,
    domain: ERROR_DOMAIN,
    metadata: { request_id: requestId },
  });
}
