import type { X509Certificate } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The very same array while they are the same. */
type Authorities = readonly X509Certificate[];

/** The ends of a connection, of which no two that are open are the same. */
export function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}

const ACCEPTED = 'net.server.socket';

/**
 * Remembers which authorities there were when each connection was accepted: those of its handshake. Node does not always show a
 * server the certificates between a client's and the root (nodejs/node#65579); what OpenSSL found in the handshake then counts for as
 * long as it would find the same.
 */
export class AcceptedConnections {
  readonly #authorities: () => Authorities;
  readonly #accepted = new Map<string, Authorities>();

  constructor(authorities: () => Authorities) {
    this.#authorities = authorities;
    subscribe(ACCEPTED, this.#onAccepted);
  }

  /** Whether nothing has changed since. */
  isCurrent(ends: string): boolean {
    return this.#accepted.get(ends) === this.#authorities();
  }

  close(): void {
    unsubscribe(ACCEPTED, this.#onAccepted);
    this.#accepted.clear();
  }

  readonly #onAccepted = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    // A Unix socket, or gone already.
    if (socket.remotePort === undefined) return;
    const ends = endsOf(socket);
    this.#accepted.set(ends, this.#authorities());
    socket.once('close', () => this.#accepted.delete(ends));
  };
}
