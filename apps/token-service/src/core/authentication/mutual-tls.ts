import { createHash, createPublicKey, type X509Certificate } from 'node:crypto';
import type { CertificateName, Client, DeclaredCredential, DeclaredJwk } from '../model/client.ts';
import { isCurrent } from './certificate-chain.ts';
import { carriesName } from './certificate-names.ts';
import type { Evidence } from './evidence.ts';
import type { AuthenticationMethod, Proof, RefusalReason } from './proof.ts';

type CertificateEvidence = Extract<Evidence, { kind: 'client_certificate' }>;

interface Claim {
  readonly client: Client | undefined;
  readonly clientId: string;
  readonly now: Date;
}

/** OID of `id-kp-clientAuth` (RFC 5280 §4.2.1.12). */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/**
 * A client that has shown, in a TLS handshake, the key of its certificate (RFC 8705 §2): one of an authority that is trusted,
 * with the name declared, or one of its own making, with the key declared.
 */
export function proveCertificate(evidence: CertificateEvidence, { client, clientId, now }: Claim): Proof {
  const { certificate } = evidence;
  const credentials = client?.credentials ?? [];
  const named = credentials.filter(isNamed);
  const pinned = credentials.filter(isPinned);
  const method: AuthenticationMethod =
    named.length === 0 && pinned.length > 0 ? 'self_signed_tls_client_auth' : 'tls_client_auth';
  const refuted = (reason: RefusalReason): Proof => ({ outcome: 'refuted', method, claimed: clientId, reason });
  if (!client) return refuted('client-unknown');
  if (named.length + pinned.length === 0) return refuted('method-not-declared');
  if (!isCurrent(certificate, now)) return refuted('certificate-expired');
  if (certificate.keyUsage && !certificate.keyUsage.includes(CLIENT_AUTH))
    return refuted('certificate-not-for-clients');

  const credentialId = thumbprintOf(certificate);
  if (pinned.some(({ jwks }) => jwks.keys.some((jwk) => isKeyOf(certificate, jwk)))) {
    return { outcome: 'proved', method: 'self_signed_tls_client_auth', client, credentialId };
  }
  if (named.length === 0) return refuted('certificate-key-unknown');
  if (!evidence.trusted) return refuted('certificate-untrusted');
  if (!named.some((name) => carriesName(certificate, name))) return refuted('certificate-name-differs');
  return { outcome: 'proved', method: 'tls_client_auth', client, credentialId };
}

type Pinned = Extract<DeclaredCredential, { kind: 'self_signed_tls_client_auth' }>;

function isNamed(credential: DeclaredCredential): credential is { readonly kind: 'tls_client_auth' } & CertificateName {
  return credential.kind === 'tls_client_auth';
}

function isPinned(credential: DeclaredCredential): credential is Pinned {
  return credential.kind === 'self_signed_tls_client_auth';
}

function isKeyOf({ publicKey }: X509Certificate, jwk: DeclaredJwk): boolean {
  return publicKey.equals(createPublicKey({ key: jwk, format: 'jwk' }));
}

/** `x5t#S256` (RFC 8705 §3.1). */
function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}
