import type { ClientEvidence } from './client-identity.ts';

/** RFC 7523 §2.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What HTTP and gRPC both send of it; a certificate is shown by the connection. */
export interface EvidenceOnTheWire {
  /** Value of the Authorization header or metadata entry. */
  readonly authorization?: string;
  readonly clientId?: string;
  readonly assertionType?: string;
  readonly assertion?: string;
}

export function onTheWire(evidence: ClientEvidence): EvidenceOnTheWire {
  switch (evidence.kind) {
    case 'client_secret':
      return { authorization: basicAuthorization(evidence) };
    case 'client_assertion': {
      const { clientId, assertion } = evidence;
      const named = clientId === undefined ? {} : { clientId };
      return { ...named, assertionType: ASSERTION_TYPE, assertion: assertion.reveal() };
    }
    case 'client_certificate':
      return { clientId: evidence.clientId };
  }
}

type SecretEvidence = Extract<ClientEvidence, { kind: 'client_secret' }>;

/** Both halves form-encoded first (RFC 6749 §2.3.1). */
export function basicAuthorization(evidence: SecretEvidence): string {
  return `Basic ${basicValue(evidence)}`;
}

/**
 * Removes the evidence from a text the other side wrote: a server that echoes what it was sent must not get a secret
 * into our errors.
 */
export function scrub(text: string, evidence: ClientEvidence): string {
  return secretForms(evidence).reduce((scrubbed, form) => scrubbed.replaceAll(form, '[redacted]'), text);
}

function secretForms(evidence: ClientEvidence): readonly string[] {
  switch (evidence.kind) {
    case 'client_secret': {
      const secret = evidence.secret.reveal();
      return [basicValue(evidence), formEncode(secret), secret];
    }
    case 'client_assertion':
      return [evidence.assertion.reveal()];
    case 'client_certificate':
      return [evidence.privateKey.reveal()];
  }
}

function basicValue({ clientId, secret }: SecretEvidence): string {
  return Buffer.from(`${formEncode(clientId)}:${formEncode(secret.reveal())}`).toString('base64');
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
