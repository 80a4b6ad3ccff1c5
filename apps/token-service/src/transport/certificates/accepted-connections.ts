import type { X509Certificate } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { Clock } from '../../core/ports/clock.ts';

/** The very same array while they are the same. */
type Authorities = readonly X509Certificate[];

/** The ends of a connection, of which no two that are open are the same. */
export function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}

interface Options {
  readonly authorities: () => Authorities;
  readonly clock: Pick<Clock, 'now'>;
}

interface Accepted {
  readonly authorities: Authorities;
  readonly at: Date;
}

const ACCEPTED = 'net.server.socket';

/**
 * Remembers which authorities there were when each connection was accepted: those of its handshake. Node does not always show a
 * server the certificates between a client's and the root (nodejs/node#65579); what OpenSSL found in the handshake then counts for as
 * long as it would find the same.
 */
export class AcceptedConnections {
  readonly #options: Options;
  readonly #accepted = new Map<string, Accepted>();

  constructor(options: Options) {
    this.#options = options;
    subscribe(ACCEPTED, this.#onAccepted);
  }

  /** Whether the authorities are the same, and none has run out since: nobody knows which of them it was that vouched. */
  isCurrent(ends: string): boolean {
    const authorities = this.#options.authorities();
    const accepted = this.#accepted.get(ends);
    if (accepted?.authorities !== authorities) return false;
    const now = this.#options.clock.now();
    return authorities.every(({ validToDate: end }) => end <= accepted.at || now < end);
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
    this.#accepted.set(ends, { authorities: this.#options.authorities(), at: this.#options.clock.now() });
    socket.once('close', () => this.#accepted.delete(ends));
  };
}
