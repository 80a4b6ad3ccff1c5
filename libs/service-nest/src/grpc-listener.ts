import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ServerGrpc, type GrpcOptions } from '@nestjs/microservices';

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
    return server;
  }

  override async close(): Promise<void> {
    const deadline = setTimeout(() => this.#server?.forceShutdown(), STOP_DEADLINE);
    try {
      await super.close();
    } finally {
      clearTimeout(deadline);
    }
  }
}

function bind(server: Server, { url, credentials }: ListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(url, credentials ?? ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
