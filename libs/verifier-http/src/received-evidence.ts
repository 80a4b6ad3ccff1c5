import type { X509Certificate } from 'node:crypto';
import type { Credential, DpopEvidence, Evidence } from '@mintmark/verifier';
import { headerValues, type ReceivedRequest } from './received-credential.ts';

/**
 * What came with a token that may prove whose it is. The certificate is the connection's own: a header that forwards one is
 * the caller's word, and is not looked at. A proof counts only with the scheme that announces it (RFC 9449 §7.1).
 */
export function receivedEvidence(
  request: ReceivedRequest,
  { scheme }: Credential,
  externalUrl: string | undefined,
): Evidence {
  return {
    get clientCertificate() {
      return peerCertificate(request.socket);
    },
    ...(scheme === 'DPoP' && { dpop: receivedProof(request, externalUrl) }),
  };
}

function receivedProof(request: ReceivedRequest, externalUrl: string | undefined): DpopEvidence {
  const { method = '', url = '', originalUrl = url } = request;
  const proofs = listed(headerValues(request, 'dpop'));
  return { proofs, method, url: externalUrl === undefined ? '' : targetOf(originalUrl, externalUrl) };
}

/**
 * The URL of a request. None for another form of target (RFC 9112 §3.2), nor for a path that a URL would spell otherwise, as
 * with `..` in it: the router may see another resource than the proof names. Then no proof fits.
 */
function targetOf(requested: string, externalUrl: string): string {
  const [path = ''] = requested.split('?');
  const target = externalUrl + path;
  return path.startsWith('/') && URL.parse(target)?.href === target ? target : '';
}

/** A proof has no comma in it: where there is one, lines were joined (RFC 9110 §5.3). */
function listed(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(','));
}

function peerCertificate(socket: object | null | undefined): Uint8Array | undefined {
  const { getPeerX509Certificate } = (socket ?? {}) as { getPeerX509Certificate?: () => X509Certificate | undefined };
  return getPeerX509Certificate?.call(socket)?.raw;
}
