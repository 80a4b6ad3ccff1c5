import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HttpException, type DynamicModule } from '@nestjs/common';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { OpenSockets, type Address } from '@mintmark/service-nest';
import type { HttpErrorFilter } from '../transport/http/http-error.filter.ts';
import { MUTUAL_TLS, type TlsFiles } from './tls-files.ts';

interface HttpListenerOptions {
  readonly module: DynamicModule;
  readonly address: Address;
  readonly errors: HttpErrorFilter;
  readonly server: FastifyServerOptions;
  /** Ends TLS, and asks for a certificate; absent: plain http. */
  readonly tls?: TlsFiles;
  /** Called before the routes exist; the place for content type parsers. */
  readonly prepare?: (fastify: FastifyInstance) => void;
}

/** How long requests in flight may take once the service stops; a connection that says nothing cannot hold it longer. */
const STOP_SECONDS = 10;

/** One Nest application on one HTTP listener: what it serves can be reached on no other. */
export class HttpListener {
  readonly #app: NestFastifyApplication;
  readonly address: Address;
  readonly #sockets: OpenSockets;
  readonly #unfollow: () => void;

  private constructor(app: NestFastifyApplication, address: Address, sockets: OpenSockets, unfollow: () => void) {
    this.#app = app;
    this.#sockets = sockets;
    this.address = address;
    this.#unfollow = unfollow;
  }

  /** @throws the error of the bind, such as EADDRINUSE */
  static async start({ module, address, errors, server, tls, prepare }: HttpListenerOptions): Promise<HttpListener> {
    const adapter = new FastifyAdapter({
      ...server,
      ...(tls && { https: { ...MUTUAL_TLS, ...tls.context } }),
      forceCloseConnections: 'idle',
      // Fastify's own 503 has no code; a request that comes while we stop is still answered, and its connection closed.
      return503OnClosing: false,
      // What Fastify refuses before any route, such as a path that does not decode.
      frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
        errors.answer(new HttpException(error.message, error.statusCode ?? 400), request, reply),
    });
    // Parsers are ours, errors go through the filter: Nest neither parses nor logs.
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    prepare?.(adapter.getInstance<FastifyInstance>());
    app.useGlobalFilters(errors);
    const sockets = new OpenSockets(app.getHttpServer());
    await app.listen(address.port, address.host);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const listener = app.getHttpServer() as unknown as TlsServer;
    const unfollow = tls?.follow((context) => listener.setSecureContext({ ...MUTUAL_TLS, ...context }));
    return new HttpListener(app, { ...address, port }, sockets, unfollow ?? (() => undefined));
  }

  /** Stops accepting, lets requests in flight finish. */
  async close(): Promise<void> {
    this.#unfollow();
    const deadline = setTimeout(() => this.#sockets.destroy(), STOP_SECONDS * 1000);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(deadline);
    }
  }
}
