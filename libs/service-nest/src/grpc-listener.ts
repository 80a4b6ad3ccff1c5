import type { Server as ListeningServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ServerGrpc, type GrpcOptions } from '@nestjs/microservices';
import { OpenSockets } from './open-sockets.ts';

/** Nest's own type of `credentials` is any. */
export type ListenerOptions = Omit<GrpcOptions['options'], 'credentials'> & {
  readonly url: string;
  /** Default: no TLS. */
  readonly credentials?: ServerCredentials;
};

/** How long calls in flight may take once the service stops, in milliseconds. */
const STOP_DEADLINE = 10_000;

/** Nest's gRPC server, but it tells which port it was given, and its stop has an end. */
export class GrpcListener extends ServerGrpc {
  // The same object Nest holds, so what is added to it before the server is made counts here too.
  readonly #options: ListenerOptions;
  #sockets: readonly OpenSockets[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(options: ListenerOptions) {
    super(options);
    this.#options = options;
  }

  /** The real one, where the setting was 0. */
  get port(): number {
    return this.#port;
  }

  override async createClient(): Promise<Server> {
    const server = new Server(this.#options.channelOptions ?? {});
    this.#port = await bind(server, this.#options);
    this.#server = server;
    this.#sockets = listeningServers(server).map((listening) => new OpenSockets(listening));
    return server;
  }

  override async close(): Promise<void> {
    const stopped = Promise.withResolvers<void>();
    const deadline = setTimeout(() => {
      this.#end();
      stopped.resolve();
    }, STOP_DEADLINE);
    try {
      await Promise.race([super.close(), stopped.promise]);
    } finally {
      clearTimeout(deadline);
    }
  }

  /**
   * Sessions are not enough: one that was being destroyed when the stop began never calls back, and none lets go of its socket
   * while a peer that does not read keeps something from being written.
   */
  #end(): void {
    this.#server?.forceShutdown();
    for (const sockets of this.#sockets) sockets.destroy();
  }
}

/** Those beneath grpc-js, which shows no connections of its own. */
function listeningServers(server: Server): readonly ListeningServer[] {
  return [
    ...(server as unknown as { readonly http2Servers: ReadonlyMap<ListeningServer, unknown> }).http2Servers.keys(),
  ];
}

function bind(server: Server, { url, credentials }: ListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(url, credentials ?? ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
