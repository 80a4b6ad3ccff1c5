import type { X509Certificate } from 'node:crypto';
import { isCurrent, leadsToAuthority, type Chain } from '../../core/authentication/certificate-chain.ts';
import { alternativeNames } from '../../core/authentication/certificate-names.ts';
import type { Evidence } from '../../core/authentication/evidence.ts';
import type { Clock } from '../../core/ports/clock.ts';
import {
  isForwardedBeside,
  readForwarded,
  type Forwarded,
  type ForwardedHeaders,
  type ProxyHeader,
} from './forwarded-certificate.ts';
import type { PeerCertificate } from './peer-certificate.ts';

/** The one proxy that may forward the certificates of clients. */
export interface KnownProxy {
  /** DNS name or URI in its certificate. */
  readonly name: string;
  /**
   * The one header it writes, and therefore takes out of what callers send: any other it passes on, be it a certificate of somebody
   * else, which is no secret.
   */
  readonly header: ProxyHeader;
}

interface Options {
  /** Who may vouch for clients and for the proxy, as of now. */
  readonly authorities: () => readonly X509Certificate[];
  /** Whether they are still those, and as current, as when the connection with these ends was accepted. */
  readonly sameSinceAccepted: (ends: string) => boolean;
  readonly proxy: KnownProxy | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Tells which certificate, if any, speaks for the client: that of the connection, or the one a proxy forwards that we know. */
export class CertificateEvidence {
  readonly #options: Options;
  #ignored = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** How many requests had a certificate forwarded by someone who may not, or in a header that is not the proxy's own. */
  get ignored(): number {
    return this.#ignored;
  }

  collect(peer: PeerCertificate | undefined, headers: ForwardedHeaders): readonly Evidence[] {
    const header = peer && this.#headerOf(peer);
    if (isForwardedBeside(headers, header)) this.#ignored += 1;
    if (header !== undefined) return readForwarded(headers, header).map((each) => this.#forwarded(each));
    return peer ? [evidenceOf(peer, this.#isVouchedFor(peer))] : [];
  }

  /** In which this peer may forward certificates; `undefined` unless it is the proxy. */
  #headerOf(peer: PeerCertificate): ProxyHeader | undefined {
    const { proxy } = this.#options;
    if (!proxy || !this.#isVouchedFor(peer)) return undefined;
    const names = alternativeNames(peer.leaf);
    const isProxy = names.some(({ type, value }) => (type === 'DNS' || type === 'URI') && value === proxy.name);
    return isProxy ? proxy.header : undefined;
  }

  #forwarded(forwarded: Forwarded): Evidence {
    return forwarded === 'unreadable'
      ? { kind: 'unreadable_certificate' }
      : evidenceOf(forwarded, this.#isTrusted(forwarded));
  }

  #isVouchedFor(peer: PeerCertificate): boolean {
    return peer.authorized && (this.#isTrusted(peer) || this.#wasTrusted(peer));
  }

  /** Where Node shows no more than the client's own certificate, what the handshake has found counts while it would find the same. */
  #wasTrusted({ leaf, between, ends }: PeerCertificate): boolean {
    const { clock, sameSinceAccepted } = this.#options;
    return between.length === 0 && isCurrent(leaf, clock.now()) && sameSinceAccepted(ends);
  }

  /** Looked at again for each request: a connection may be older than the authorities that are trusted now. */
  #isTrusted(chain: Chain): boolean {
    return leadsToAuthority(chain, this.#options.authorities(), this.#options.clock.now());
  }
}

function evidenceOf({ leaf: certificate }: Chain, trusted: boolean): Evidence {
  return { kind: 'client_certificate', certificate, trusted };
}
