import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { isLoopbackTarget, type TokenClient } from '@mintmark/client';
import { loadProto } from '@mintmark/proto';
import {
  remoteKeySet,
  type KeySetFeed,
  type KeySource,
  type RemoteKeySetOptions,
  type RevocationPosition,
  type Wake,
} from '@mintmark/verifier';
import { WatchFeed } from './watch-feed.ts';

export interface WatchKeySetOptions extends Omit<RemoteKeySetOptions, 'feed' | 'adaptJwk'> {
  /** The token service's public gRPC listener: `tokens.internal:4001` or `dns:///…`. */
  readonly address: string;
  /** Id of the resource that is verified for; the token client's client operates it (`operatedBy`). */
  readonly resource: string;
  /** Gets the tokens that open streams; closed by whoever made it, after the verifier. */
  readonly tokens: Pick<TokenClient, 'token' | 'invalidate'>;
  /** Default: TLS with the system's roots, and none for loopback. */
  readonly credentials?: ChannelCredentials;
  /** Added to the channel's options, `grpc.ssl_target_name_override` for one. */
  readonly channelOptions?: ChannelOptions;
  /** How operators are told of this verifier: 1 to 64 of `A-Z a-z 0-9 . _ -`. Default: the name of the host. */
  readonly instanceId?: string;
}

const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.max_receive_message_length': 512 * 1024,
};

const INSTANCE = /^[A-Za-z0-9._-]{1,64}$/;

/** Keys, and word of revocations: `remoteRevocations({ url, wake: keys.onRevocations })` then fetches them at once. */
export interface WatchedKeySet extends KeySource {
  readonly onRevocations: Wake;
}

/**
 * The issuer's keys as it tells of them: every change at once, over a stream; fetched from `url` as well while the stream says
 * nothing, or not all. The issuer learns which set is held, so that it need not wait for those who hold the next key.
 * @throws TypeError for an address or URL to which the token, or the keys, would travel in clear
 */
export function watchKeySet(options: WatchKeySetOptions): WatchedKeySet {
  const { address, resource, tokens, instanceId = nameOfHost(), credentials, channelOptions, ...polling } = options;
  if (!address) throw new TypeError('watchKeySet: address is missing');
  if (!resource) throw new TypeError('watchKeySet: resource is missing');
  if (!INSTANCE.test(instanceId)) throw new TypeError('watchKeySet: instanceId takes 1 to 64 of A-Z a-z 0-9 . _ -');
  const channel = safeChannel(address, credentials);
  const { KeySetService } = loadProto('mintmark.keyset.v1');
  const listeners = new Set<Parameters<Wake>[0]>();
  const tell = (news?: RevocationPosition) => listeners.forEach((listener) => listener(news));
  const feed: KeySetFeed = {
    isAuthenticated: channel.isSecure,
    open: (listener, context) => {
      const client = new KeySetService(address, channel.credentials, {
        ...CHANNEL_OPTIONS,
        ...channelOptions,
        ...channel.options,
      });
      return WatchFeed.open({
        client,
        tokens,
        hello: { instanceId, resource, processId: randomUUID().slice(0, 8) },
        listener,
        onRevocations: tell,
        ...context,
      });
    },
  };
  const onRevocations: Wake = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return { ...remoteKeySet({ ...polling, feed }), onRevocations };
}

/** In a container, that of the pod. */
function nameOfHost(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 64) || 'unnamed'
  );
}

interface SafeChannel {
  readonly credentials: ChannelCredentials;
  readonly isSecure: boolean;
  readonly options: ChannelOptions;
}

function safeChannel(address: string, given: ChannelCredentials | undefined): SafeChannel {
  const loopback = isLoopbackTarget(address);
  const credentials = given ?? (loopback ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl());
  const isSecure = credentials._isSecure();
  if (!isSecure && !loopback) {
    throw new TypeError(`watchKeySet: an insecure channel would send the token to ${address} in clear; use TLS`);
  }
  // A proxy from the environment would read what an insecure channel carries.
  return { credentials, isSecure, options: isSecure ? {} : { 'grpc.enable_http_proxy': 0 } };
}
