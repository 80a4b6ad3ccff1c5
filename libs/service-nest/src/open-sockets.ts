import type { Server, Socket } from 'node:net';

/** The sockets beneath a server's connections, those too of which no protocol knows yet: a TLS handshake that never begins. */
export class OpenSockets {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
