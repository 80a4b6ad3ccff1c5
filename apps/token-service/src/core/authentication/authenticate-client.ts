import { RequestError } from '../model/errors.ts';
import type { Client } from '../model/client.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import { isSecretFormat } from '../registry/secret-format.ts';
import { parseBasic } from './basic-credentials.ts';
import { matchSecret } from './client-secret.ts';
import type { ClientEvidence, Evidence } from './evidence.ts';

/** Values of `token_endpoint_auth_methods_supported` (RFC 8414 §2). */
export const AUTHENTICATION_METHODS = ['client_secret_basic', 'client_secret_post'] as const;
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

interface Ports {
  readonly clientById: (id: string) => Client | undefined;
  readonly digests: SecretDigest;
  readonly now: Date;
}

/** A client that has proved who it is. Only `authenticate` makes one, so a use case that needs it cannot skip the step. */
export class AuthenticatedClient {
  readonly id: string;
  readonly method: AuthenticationMethod;
  /** Id of the credential that matched. */
  readonly credentialId: string;

  private constructor(id: string, method: AuthenticationMethod, credentialId: string) {
    this.id = id;
    this.method = method;
    this.credentialId = credentialId;
  }

  /**
   * @throws RequestError EVIDENCE_MISSING, EVIDENCE_AMBIGUOUS, EVIDENCE_MALFORMED, PARAMETER_MISSING, or
   * CLIENT_AUTHENTICATION_FAILED: outwardly one answer for an unknown client, a wrong secret and a disabled client
   */
  static authenticate(evidence: ClientEvidence, { clientById, digests, now }: Ports): AuthenticatedClient {
    const { clientId, secret, method } = readSecret(exactlyOne(evidence), evidence.clientId);
    const client = clientById(clientId);
    const match = matchSecret(client, secret, digests, now);
    if (!client || !match || client.disabled) {
      throw new RequestError('CLIENT_AUTHENTICATION_FAILED', 'The client is unknown or its proof is wrong.', {
        client: isSecretFormat(clientId) ? '(a secret where the id belongs)' : clientId.slice(0, LONGEST_ID),
        cause: !client ? 'unknown client' : !match ? 'no secret matches' : 'client disabled',
      });
    }
    return new AuthenticatedClient(client.id, method, match.id);
  }
}

/** No id is longer; what is, was made up by a stranger and is only to be recognised in the log. */
const LONGEST_ID = 100;

function exactlyOne({ found }: ClientEvidence): Evidence {
  const [evidence, second] = found;
  if (!evidence) {
    throw new RequestError(
      'EVIDENCE_MISSING',
      `No proof of the client was sent. Use one of: ${AUTHENTICATION_METHODS.join(', ')}.`,
    );
  }
  if (second) {
    throw new RequestError(
      'EVIDENCE_AMBIGUOUS',
      'More than one proof of the client was sent. Send exactly one (RFC 6749 section 2.3).',
    );
  }
  return evidence;
}

function readSecret(evidence: Evidence, clientId: string | undefined): PresentedSecret {
  switch (evidence.kind) {
    case 'authorization': {
      const basic = parseBasic(evidence.value);
      if (clientId !== undefined && clientId !== basic.clientId) {
        throw new RequestError(
          'EVIDENCE_AMBIGUOUS',
          'The parameter client_id names another client than the Authorization value. Leave client_id out.',
        );
      }
      return { ...basic, method: 'client_secret_basic' };
    }
    case 'client_secret_post':
      if (clientId === undefined) {
        throw new RequestError('PARAMETER_MISSING', 'client_secret was sent without client_id. Send both.');
      }
      return { clientId, secret: evidence.secret, method: 'client_secret_post' };
    case 'client_assertion':
      throw new RequestError(
        'CLIENT_AUTHENTICATION_FAILED',
        `Client assertions are not accepted here. Use one of: ${AUTHENTICATION_METHODS.join(', ')}.`,
      );
  }
}

interface PresentedSecret {
  readonly clientId: string;
  readonly secret: string;
  readonly method: AuthenticationMethod;
}
