import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { endsOf } from './accepted-connections.ts';
import type { Chain } from '../../core/authentication/certificate-chain.ts';

/** Who is at the other end of a connection, by the certificate whose key it has shown. */
export interface PeerCertificate extends Chain {
  /** What OpenSSL found in the handshake, with the authorities there were then. */
  readonly authorized: boolean;
  /** Of the connection, as `endsOf` has them. */
  readonly ends: string;
}

/** `undefined` without TLS, or if no certificate was shown. */
export function peerOf(socket: unknown): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const leaf = socket.getPeerX509Certificate();
  return leaf && { leaf, between: issuersOf(leaf), authorized: isAuthorized(socket), ends: endsOf(socket) };
}

/** Both are asked: `authorized` stays as it was when a later handshake on the same connection finds otherwise. */
function isAuthorized({ authorized, authorizationError }: TLSSocket): boolean {
  return authorized && !authorizationError;
}

const MOST_SENT = 8;

function issuersOf(leaf: X509Certificate): readonly X509Certificate[] {
  const issuers: X509Certificate[] = [];
  let issuer = leaf.issuerCertificate;
  while (issuer && issuers.length < MOST_SENT && issuer !== issuers.at(-1)) {
    issuers.push(issuer);
    issuer = issuer.issuerCertificate;
  }
  return issuers;
}
