import type { Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { readCredential, type Credential, type Evidence, type Refused } from '@mintmark/verifier';

/** Exactly one `authorization` value with one access token in it. */
export function receivedCredential(metadata: Metadata): Credential | Refused {
  return readCredential({ authorization: metadata.get('authorization').map(String) });
}

/** A call as its server knows it, whatever its caller says. */
export interface ReceivedCall {
  readonly call: ServerInterceptingCallInterface;
  readonly metadata: Metadata;
  /** `https://<configured authority>/<package.Service>/<Method>`. */
  readonly url: string;
}

/**
 * What came with a token that may prove whose it is: the certificate of the connection, and with the scheme DPoP the call's
 * proofs. A value with a comma is several lines joined (RFC 9110 §5.3).
 */
export function receivedEvidence({ call, metadata, url }: ReceivedCall, { scheme }: Credential): Evidence {
  const proofs = () => metadata.get('dpop').flatMap((value) => String(value).split(','));
  return {
    get clientCertificate() {
      return call.getAuthContext().sslPeerCertificate?.raw;
    },
    ...(scheme === 'DPoP' && { dpop: { proofs: proofs(), method: 'POST', url } }),
  };
}
