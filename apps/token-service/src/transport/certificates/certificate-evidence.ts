import type { X509Certificate } from 'node:crypto';
import { isCurrent, leadsToAuthority, type Chain } from '../../core/authentication/certificate-chain.ts';
import { alternativeNames } from '../../core/authentication/certificate-names.ts';
import type { Evidence } from '../../core/authentication/evidence.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { readForwarded, type Forwarded, type ForwardedHeaders } from './forwarded-certificate.ts';
import type { PeerCertificate } from './peer-certificate.ts';

interface Options {
  /** Who may vouch for clients and for the proxy, as of now. */
  readonly authorities: () => readonly X509Certificate[];
  /** Whether they are still those that there were when the connection with these ends was accepted. */
  readonly sameSinceAccepted: (ends: string) => boolean;
  /** DNS name or URI in the certificate of the one proxy that may forward those of clients. */
  readonly proxyName: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Tells which certificate, if any, speaks for the client: that of the connection, or the one a proxy forwards that we know. */
export class CertificateEvidence {
  readonly #options: Options;
  #ignored = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** How many requests had a certificate forwarded by someone who may not. */
  get ignored(): number {
    return this.#ignored;
  }

  collect(peer: PeerCertificate | undefined, headers: ForwardedHeaders): readonly Evidence[] {
    if (peer && this.#isProxy(peer)) return readForwarded(headers).map((each) => this.#forwarded(each));
    if (Object.values(headers).some((values: readonly string[]) => values.length > 0)) this.#ignored += 1;
    return peer ? [evidenceOf(peer, this.#isVouchedFor(peer))] : [];
  }

  #isProxy(peer: PeerCertificate): boolean {
    const { proxyName } = this.#options;
    if (proxyName === undefined || !this.#isVouchedFor(peer)) return false;
    return alternativeNames(peer.leaf).some(
      ({ type, value }) => (type === 'DNS' || type === 'URI') && value === proxyName,
    );
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
