import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { tokenOf } from '@mintmark/verifier';
import { callerOf } from '@mintmark/verifier-grpc';
import type { KeySet, KeySetEvent, WatchRequest__Output } from '@mintmark/proto';
import { KeyRing } from '../../core/keys/distribution/key-ring.ts';
import { KeySetWatch } from '../../core/keys/distribution/watch/key-set-watch.ts';
import type { WatchSink } from '../../core/keys/distribution/watch/watch-event.ts';
import type { WatchStream } from '../../core/keys/distribution/watch/watch-stream.ts';
import type { RevocableToken } from '../../core/model/revocation.ts';
import { RequestLog } from '../request-log.ts';
import { statusOfError } from './grpc-error.filter.ts';
import { eventMessage, hear, KEYSET_SERVICE, keySetMessage } from './keyset-message.schema.ts';
import { requestIdOf } from './request-id.ts';

type WatchCall = ServerDuplexStream<WatchRequest__Output, KeySetEvent>;

@Controller()
export class KeySetGrpcController {
  readonly #keys: KeyRing;
  readonly #watch: KeySetWatch;
  readonly #log: RequestLog;

  constructor(
    @Inject(KeyRing) keys: KeyRing,
    @Inject(KeySetWatch) watch: KeySetWatch,
    @Inject(RequestLog) log: RequestLog,
  ) {
    this.#keys = keys;
    this.#watch = watch;
    this.#log = log;
  }

  @GrpcMethod(KEYSET_SERVICE, 'GetKeySet')
  getKeySet(): KeySet {
    return keySetMessage(this.#keys.publicKeySet());
  }

  /** The call itself, and not what Nest makes of it: how much a slow client is sent is for the stream to say. */
  @GrpcStreamCall(KEYSET_SERVICE, 'WatchKeySet')
  watchKeySet(call: WatchCall): void {
    const fail = (error: unknown) => this.#fail(call, error);
    try {
      attach(this.#watch.open(openingToken(call), sinkOf(call, fail)), call);
    } catch (error) {
      fail(error);
    }
  }

  #fail(call: WatchCall, error: unknown): void {
    const requestId = requestIdOf(call.metadata);
    this.#log.failed(requestId, error);
    call.emit('error', statusOfError(error, { request_id: requestId }));
  }
}

function openingToken(call: WatchCall): RevocableToken {
  const token = tokenOf(callerOf(call));
  if (!token) throw new Error('a caller that no verifier has made');
  return { ...token, issuedAt: new Date(token.issuedAt * 1000) };
}

function sinkOf(call: WatchCall, fail: (error: Error) => void): WatchSink {
  return {
    send: (event, sent) => void call.write(eventMessage(event), sent),
    end: (error) => (error ? fail(error) : call.end()),
  };
}

function attach(stream: WatchStream, call: WatchCall): void {
  call.on('data', (message: WatchRequest__Output) => hear(stream, message));
  call.on('end', () => stream.end());
  call.on('cancelled', () => stream.gone());
  call.on('error', () => stream.gone());
}
