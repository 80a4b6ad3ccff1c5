import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';

/** What the network does to whoever connects. */
type Weather =
  | { readonly kind: 'fair' }
  /** Every chunk, in either direction, arrives this much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Connections are accepted, and nothing passes: what a dropped route or a stopped peer looks like. */
  | { readonly kind: 'silent' }
  /** Whoever sends anything gets this, from no server. */
  | { readonly kind: 'answering'; readonly reply: string }
  /** Connections are reset, those there are and new ones. */
  | { readonly kind: 'cut' };

/** A TCP hop on loopback that can delay, reset and cut, between a process and one or more servers. */
export class TcpProxy {
  readonly port: number;
  #server: Server;
  readonly #targets: () => readonly number[];
  readonly #open = new Set<Socket>();
  #weather: Weather = { kind: 'fair' };
  #turn = 0;

  private constructor(server: Server, targets: () => readonly number[]) {
    this.port = (server.address() as AddressInfo).port;
    this.#targets = targets;
    this.#server = this.#welcoming(server);
  }

  /** @param targets loopback ports, taken in turn; one that refuses is passed over, as a load balancer does */
  static async start(targets: () => readonly number[], port = 0): Promise<TcpProxy> {
    return new TcpProxy(await listen(port), targets);
  }

  slow(delayMs: number): void {
    this.#weather = { kind: 'slow', delayMs };
  }

  silence(): void {
    this.#weather = { kind: 'silent' };
  }

  answer(reply: string): void {
    this.#weather = { kind: 'answering', reply };
    this.reset();
  }

  cut(): void {
    this.#weather = { kind: 'cut' };
    this.reset();
  }

  /** Resets the connections there are; new ones are served. */
  reset(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  /** What was swallowed while silent is lost, so those connections are reset. */
  heal(): void {
    if (this.#weather.kind === 'silent' || this.#weather.kind === 'answering') this.reset();
    this.#weather = { kind: 'fair' };
  }

  /** Nothing listens at the port any more. */
  async refuse(): Promise<void> {
    await this.close();
  }

  /** The same as `heal`, also after `refuse`. */
  async admit(): Promise<void> {
    this.heal();
    if (!this.#server.listening) this.#server = this.#welcoming(await listen(this.port));
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.reset();
    await closed;
  }

  #welcoming(server: Server): Server {
    return server.on('connection', (socket) => void this.#serve(socket));
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const weather = this.#weather;
    if (weather.kind === 'cut') return void client.resetAndDestroy();
    if (weather.kind === 'silent' || weather.kind === 'answering') {
      client.resume();
      if (weather.kind === 'answering') client.once('data', () => client.end(weather.reply));
      return;
    }
    const server = await this.#connect();
    if (!server || client.destroyed) {
      server?.destroy();
      client.resetAndDestroy();
      return;
    }
    this.#pass(client, server);
    this.#pass(server, client);
  }

  async #connect(): Promise<Socket | undefined> {
    const targets = this.#targets();
    const first = (this.#turn += 1);
    for (let tried = 0; tried < targets.length; tried += 1) {
      const port = targets[(first + tried) % targets.length] ?? 0;
      const socket = connect({ port, host: HOST, noDelay: true });
      this.#keep(socket);
      if (await connected(socket)) return socket;
    }
    return undefined;
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.#open.delete(socket));
  }

  #pass(from: Socket, to: Socket): void {
    let order = Promise.resolve();
    const inOrder = (deliver: () => void) => {
      const { delayMs } = this.#weather.kind === 'slow' ? this.#weather : { delayMs: 0 };
      if (delayMs === 0) return deliver();
      const due = sleep(delayMs);
      order = order.then(() => due).then(deliver);
    };
    from.on('data', (chunk: Buffer) => {
      if (this.#weather.kind === 'silent') return;
      inOrder(() => {
        if (to.writable && !to.write(chunk)) from.pause();
      });
    });
    to.on('drain', () => from.resume());
    from.on('end', () => inOrder(() => to.end()));
    from.on('close', () => from.errored && to.resetAndDestroy());
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ noDelay: true }).listen(port, HOST);
  await once(server, 'listening');
  return server;
}

function connected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
}
