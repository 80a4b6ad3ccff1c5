import { Socket } from 'node:net';

/** What this process connects to while it is watched, over TLS or not. */
export class OutboundWatch {
  readonly #own: ReadonlySet<number>;
  readonly #connect = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect')!;
  #connections = 0;

  /** @param own ports of servers that are called on purpose */
  constructor(...own: number[]) {
    this.#own = new Set(own);
    const note = (port: unknown) => void (this.#own.has(Number(port)) || (this.#connections += 1));
    const connect = this.#connect.value as (this: Socket, ...target: unknown[]) => Socket;
    // Beneath everything: `net`, TLS, both kinds of HTTP and `fetch` all come through here.
    Object.defineProperty(Socket.prototype, 'connect', {
      ...this.#connect,
      value(this: Socket, ...target: unknown[]) {
        note(portOf(target[0]));
        return connect.apply(this, target);
      },
    });
  }

  /** Connections to anything else so far. */
  get connections(): number {
    return this.#connections;
  }

  end(): void {
    Object.defineProperty(Socket.prototype, 'connect', this.#connect);
  }
}

/** `connect(port)`, `connect({ port })`, or `connect([{ port }])` as Node calls it itself. */
function portOf(target: unknown): unknown {
  const options: unknown = Array.isArray(target) ? target[0] : target;
  return typeof options === 'object' && options !== null ? (options as { port?: unknown }).port : options;
}
