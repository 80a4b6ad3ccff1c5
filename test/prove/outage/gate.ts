import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a client meets at the gate while the issuer is away. */
export type Fault = 'refused' | 'hanging' | { readonly reply: string };

/** A way to the token service that can be barred at an exact moment. */
export class Gate {
  readonly port: number;
  #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #fault: Fault | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.#target = target;
    server.on('connection', (socket) => this.#meet(socket));
  }

  static async to(target: number): Promise<Gate> {
    return new Gate(await listen(0), target);
  }

  async bar(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'refused') await this.close();
    else this.#hangUp();
  }

  async open(target: number): Promise<void> {
    this.#target = target;
    const refused = this.#fault === 'refused';
    this.#fault = undefined;
    this.#hangUp();
    if (!refused) return;
    this.#server = await listen(this.port);
    this.#server.on('connection', (socket) => this.#meet(socket));
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#hangUp();
    await closed;
  }

  #hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #meet(socket: Socket): void {
    this.#keep(socket);
    const fault = this.#fault;
    if (fault === undefined) return this.#lead(socket);
    socket.resume();
    if (typeof fault === 'object') socket.once('data', () => socket.end(fault.reply));
  }

  #lead(socket: Socket): void {
    const onward = connect(this.#target, '127.0.0.1');
    this.#keep(onward);
    socket.pipe(onward).pipe(socket);
    onward.once('close', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function httpReply(status: string, body = '', headers: readonly string[] = []): Fault {
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, 'connection: close', ...headers];
  return { reply: `${lines.join('\r\n')}\r\n\r\n${body}` };
}
