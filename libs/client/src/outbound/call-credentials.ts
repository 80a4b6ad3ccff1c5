import { CallCredentials, ChannelCredentials, status } from '@grpc/grpc-js';
import { isLoopbackTarget } from '../grpc/grpc-address.ts';
import type { TokenClient } from '../token-client.ts';
import { TokenRequestError } from '../token-request-error.ts';
import type { TokenRequest } from '../token-request.ts';

/**
 * Puts a token on each call: `stub.listStock(message, { credentials: callCredentials(client, request) }, …)`.
 *
 * grpc-js would send it in clear over an insecure channel, and does not tell which kind the channel is. So these
 * credentials serve loopback only, unless the channel's own TLS credentials are shown as `channel`; any other call
 * fails with UNAUTHENTICATED before anything is sent. To secure a whole channel at once, see `channelCredentials`.
 * @throws TypeError if `channel` is insecure
 */
export function callCredentials(
  client: TokenClient,
  request: TokenRequest,
  channel?: ChannelCredentials,
): CallCredentials {
  if (channel && !channel._isSecure()) {
    throw new TypeError('callCredentials: an insecure channel would send the token in clear; use TLS');
  }
  return CallCredentials.createFromMetadataGenerator(({ service_url: url }, done) => {
    if (!channel && !isLoopbackTarget(new URL(url).host)) return done(insecureChannel(url));
    client.metadata(request).then(
      (metadata) => done(null, metadata),
      (error: unknown) => done(asCallError(error)),
    );
  });
}

/**
 * TLS credentials for a channel whose every call carries a token:
 * `new InventoryService(address, channelCredentials(client, request))`.
 * @param tls default: the system's roots
 * @throws TypeError if `tls` is insecure
 */
export function channelCredentials(
  client: TokenClient,
  request: TokenRequest,
  tls: ChannelCredentials = ChannelCredentials.createSsl(),
): ChannelCredentials {
  return tls.compose(callCredentials(client, request, tls));
}

function insecureChannel(url: string): Error {
  const message = `a token for ${new URL(url).host} needs TLS: give the channel's TLS credentials to callCredentials`;
  return Object.assign(new Error(message), { code: status.UNAUTHENTICATED });
}

/** "Could not be had for now" must stay apart from "was refused". */
function asCallError(error: unknown): Error {
  if (!(error instanceof TokenRequestError)) return Object.assign(new Error(String(error)), { code: status.INTERNAL });
  const code = error.retryable ? status.UNAVAILABLE : status.UNAUTHENTICATED;
  return Object.assign(new Error(error.message), { code });
}
