import type { Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { peerOf, type PeerCertificate } from '../certificates/peer-certificate.ts';

const peers = new WeakMap<Metadata, PeerCertificate>();

/** The certificate at the other end of the call whose metadata this is. */
export function peerOfCall(metadata: Metadata): PeerCertificate | undefined {
  return peers.get(metadata);
}

/**
 * Remembers who is at the other end. The auth context of grpc-js has certificates of known authorities alone, and a client may
 * have one of its own making (RFC 8705 §2.2), so the connection itself is asked; where it is not found there is no certificate.
 */
export function rememberPeer(call: ServerInterceptingCallInterface, metadata: Metadata): void {
  const { stream } = call as { readonly stream?: { readonly session?: { readonly socket?: unknown } } };
  const peer = peerOf(stream?.session?.socket);
  if (peer) peers.set(metadata, peer);
}
