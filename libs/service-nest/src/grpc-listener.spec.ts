import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session, type ServerHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Server } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GrpcListener } from './grpc-listener.ts';

const CALLS = 100;

let listener: GrpcListener;
let server: Server;
let answered: PromiseWithResolvers<void>;

beforeEach(async () => {
  listener = new GrpcListener({ url: '127.0.0.1:0', package: 'none', protoPath: 'none', gracefulShutdown: true });
  server = await listener.createClient();
  // What Nest's `listen` does with it, without a package to load.
  (listener as unknown as { grpcClient: Server }).grpcClient = server;
  let calls = 0;
  answered = Promise.withResolvers();
  const answer = (_call: unknown, done: (error: { code: number; details: string }) => void) => {
    done({ code: 2, details: 'x'.repeat(50_000) });
    calls += 1;

    if (calls === CALLS) answered.resolve();
  };
  const bytes = (content: Buffer) => content;
  server.register('/a/b', answer, bytes, bytes, 'unary');
});

afterEach(() => void jest.useRealTimers());

async function stopped(): Promise<void> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const closed = listener.close();
  jest.advanceTimersByTime(10_000);
  jest.useRealTimers();
  await closed;
}

describe('the stop of a gRPC listener', () => {
  it('ends though a session was being destroyed when it began', async () => {
    const client = connectHttp2(`http://127.0.0.1:${listener.port}`).on('error', () => undefined);
    await once(client, 'remoteSettings');
    const [session] = (server as unknown as { sessions: Map<ServerHttp2Session, unknown> }).sessions.keys();
    session?.destroy();
    await stopped();
    client.destroy();
  });

  it('leaves no connection to a peer that does not read', async () => {
    const accepted = acceptedSocket();
    const peer = connect(listener.port, '127.0.0.1').pause();
    peer.on('error', () => undefined);
    const client = askWithoutReading(peer);
    await answered.promise;
    await stopped();
    expect((await accepted).destroyed).toBe(true);
    client.destroy();
    peer.destroy();
  });
});

function acceptedSocket(): Promise<Socket> {
  return new Promise((resolve) => {
    const onAccepted = (message: unknown) => {
      unsubscribe('net.server.socket', onAccepted);
      resolve((message as { readonly socket: Socket }).socket);
    };
    subscribe('net.server.socket', onAccepted);
  });
}

/** The client hears nothing, and so the socket beneath it fills up. */
function askWithoutReading(peer: Socket): ClientHttp2Session {
  const deaf = new Duplex({ read: () => undefined, write: (chunk: Buffer, _, done) => void peer.write(chunk, done) });
  const client = connectHttp2('http://127.0.0.1', { createConnection: () => deaf }).on('error', () => undefined);
  for (let call = 0; call < CALLS; call += 1) {
    const headers = { ':method': 'POST', ':path': '/a/b', 'content-type': 'application/grpc', te: 'trailers' };
    client
      .request(headers)
      .on('error', () => undefined)
      .end(Buffer.alloc(5));
  }
  return client;
}
