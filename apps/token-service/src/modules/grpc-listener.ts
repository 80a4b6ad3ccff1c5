import { Server, type ChannelOptions, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { formatAddress, type Address } from '../config/address.ts';

type Options = GrpcOptions['options'] & { channelOptions: ChannelOptions & { interceptors: ServerInterceptor[] } };

/** Nest's gRPC transport, telling which port it got (port 0 asks for any free one) and stopping within a time. */
export class GrpcListener extends ServerGrpc {
  readonly #address: Address;
  readonly #channelOptions: ChannelOptions;
  #server: Server | undefined;
  #port: number | undefined;

  constructor(address: Address, options: Omit<Options, 'url'>) {
    super({ ...options, url: formatAddress(address) });
    this.#address = address;
    this.#channelOptions = options.channelOptions;
  }

  /** The address in use; only once listening. */
  get address(): Address {
    if (this.#port === undefined) throw new Error('the gRPC listener is not listening');
    return { ...this.#address, port: this.#port };
  }

  override async createClient(): Promise<Server> {
    const server = new Server(this.#channelOptions);
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(formatAddress(this.#address), ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
    return server;
  }

  /** Lets calls in flight finish; those still open after `seconds` are cancelled. */
  async drain(seconds: number): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const deadline = setTimeout(() => server.forceShutdown(), seconds * 1000);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(deadline);
  }
}
