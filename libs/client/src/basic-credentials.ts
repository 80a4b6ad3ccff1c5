import type { ClientEvidence } from './client-identity.ts';

/** The `authorization` value for HTTP and gRPC alike: both halves form-encoded first (RFC 6749 §2.3.1). */
export function basicAuthorization(evidence: ClientEvidence): string {
  return `Basic ${basicValue(evidence)}`;
}

/**
 * Removes the evidence from a text the other side wrote: a server that echoes what it was sent must not get a secret
 * into our errors.
 */
export function scrub(text: string, evidence: ClientEvidence): string {
  const secret = evidence.secret.reveal();
  return [basicValue(evidence), formEncode(secret), secret].reduce(
    (scrubbed, form) => scrubbed.replaceAll(form, '[redacted]'),
    text,
  );
}

function basicValue({ clientId, secret }: ClientEvidence): string {
  return Buffer.from(`${formEncode(clientId)}:${formEncode(secret.reveal())}`).toString('base64');
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
