import { RequestError } from '../model/errors.ts';
import type { SecretDigest } from '../ports/secret-digest.ts';
import type { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { isSecretFormat } from '../registry/secret-format.ts';
import type { AssertionPorts } from './assertion-ports.ts';
import { parseBasic } from './basic-credentials.ts';
import { proveByAssertion } from './client-assertion.ts';
import { proveSecret, type PresentedSecret } from './client-secret.ts';
import type { ClientEvidence, Evidence } from './evidence.ts';
import { proveCertificate } from './mutual-tls.ts';
import { UNDECIDED, type AuthenticationMethod, type Proof, type RefusalReason } from './proof.ts';

export interface AuthenticationPorts extends AssertionPorts {
  readonly digests: SecretDigest;
}

/** A client that has proved who it is. Only `authenticate` makes one, so a use case that needs it cannot skip the step. */
export class AuthenticatedClient {
  readonly id: string;
  readonly method: AuthenticationMethod;
  /** What matched: the id of a secret, or a name for the key, certificate or issuer. */
  readonly credentialId: string;

  private constructor(id: string, method: AuthenticationMethod, credentialId: string) {
    this.id = id;
    this.method = method;
    this.credentialId = credentialId;
  }

  /** Whether `credentialId` is that of a secret. */
  get usedSecret(): boolean {
    return this.method === 'client_secret_basic' || this.method === 'client_secret_post';
  }

  /**
   * @throws RequestError EVIDENCE_MISSING, EVIDENCE_AMBIGUOUS, EVIDENCE_MALFORMED, PARAMETER_MISSING;
   * CLIENT_AUTHENTICATION_FAILED, outwardly one answer for an unknown client, any wrong proof and a disabled client; or
   * CLIENT_KEYS_UNAVAILABLE, REPLAY_GUARD_UNAVAILABLE where it cannot be decided
   */
  static async authenticate(evidence: ClientEvidence, ports: AuthenticationPorts): Promise<AuthenticatedClient> {
    const proof = await prove(exactlyOne(evidence), evidence.clientId, ports);
    if (proof.outcome === 'undecided') {
      const { code, message } = UNDECIDED[proof.reason];
      throw new RequestError(code, message, factsOf(proof));
    }
    if (proof.outcome === 'refuted') throw authenticationFailed(factsOf(proof));
    const { client, method, credentialId } = proof;
    const about = { method, claimed: client.id };
    if (client.disabled) throw authenticationFailed(factsOf({ ...about, reason: 'client-disabled' }));
    if (evidence.clientId !== undefined && evidence.clientId !== client.id) {
      throw authenticationFailed(factsOf({ ...about, reason: 'client-id-differs' }));
    }
    return new AuthenticatedClient(client.id, method, credentialId);
  }

  /**
   * Authentication may have waited for keys: whoever was disabled meanwhile is refused all the same.
   * @throws RequestError CLIENT_AUTHENTICATION_FAILED
   */
  demandEnabled(registry: RegistrySnapshot): void {
    const reason = this.#disabledBy(registry);
    if (reason) throw authenticationFailed(factsOf({ method: this.method, claimed: this.id, reason }));
  }

  #disabledBy(registry: RegistrySnapshot): RefusalReason | undefined {
    const client = registry.client(this.id);
    if (!client) return 'client-unknown';
    if (client.disabled) return 'client-disabled';
    if (this.method !== 'workload_identity') return undefined;
    const issuer = registry.issuer(this.credentialId);
    if (!issuer) return 'issuer-unknown';
    return issuer.disabled ? 'issuer-disabled' : undefined;
  }
}

function exactlyOne({ found }: ClientEvidence): Evidence {
  const [evidence, second] = found;
  if (!evidence) {
    throw new RequestError(
      'EVIDENCE_MISSING',
      'No proof of the client was sent. Use one of token_endpoint_auth_methods_supported in the metadata of this issuer.',
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

async function prove(evidence: Evidence, clientId: string | undefined, ports: AuthenticationPorts): Promise<Proof> {
  const { registry, now } = ports;
  switch (evidence.kind) {
    case 'authorization':
    case 'client_secret_post': {
      const presented = readSecret(evidence, clientId);
      return proveSecret(presented, { ...ports, client: registry.client(presented.clientId) });
    }
    case 'client_assertion':
      return proveByAssertion(evidence, ports);
    case 'client_certificate': {
      if (clientId === undefined)
        throw missingClientId('A certificate was shown without client_id. Send client_id too.');
      return proveCertificate(evidence, { client: registry.client(clientId), clientId, now });
    }
    case 'unreadable_certificate':
      throw new RequestError(
        'EVIDENCE_MALFORMED',
        'The forwarded client certificate cannot be read. The proxy sends Client-Cert (RFC 9440) or x-forwarded-client-cert with Cert.',
      );
  }
}

function readSecret(
  evidence: Extract<Evidence, { kind: 'authorization' | 'client_secret_post' }>,
  clientId: string | undefined,
): PresentedSecret {
  if (evidence.kind === 'client_secret_post') {
    if (clientId === undefined) throw missingClientId('client_secret was sent without client_id. Send both.');
    return { method: 'client_secret_post', clientId, secret: evidence.secret };
  }
  const basic = parseBasic(evidence.value);
  if (clientId !== undefined && clientId !== basic.clientId) {
    throw new RequestError(
      'EVIDENCE_AMBIGUOUS',
      'The parameter client_id names another client than the Authorization value. Leave client_id out.',
    );
  }
  return { ...basic, method: 'client_secret_basic' };
}

function missingClientId(message: string): RequestError {
  return new RequestError('PARAMETER_MISSING', message);
}

/** Whatever was wrong, the caller is told the same. */
function authenticationFailed(facts: Record<string, unknown>): RequestError {
  return new RequestError('CLIENT_AUTHENTICATION_FAILED', 'The client is unknown or its proof is wrong.', facts);
}

/** No id is longer; what is, was made up by a stranger and is only to be recognised in the log. */
const LONGEST_ID = 100;

interface Failure {
  readonly method: AuthenticationMethod;
  readonly claimed: string | undefined;
  readonly reason: string;
}

function factsOf({ method, claimed, reason }: Failure): Record<string, unknown> {
  const client = claimed !== undefined && isSecretFormat(claimed) ? '(a secret where the id belongs)' : claimed;
  return { ...(client === undefined ? {} : { client: client.slice(0, LONGEST_ID) }), method, reason };
}
