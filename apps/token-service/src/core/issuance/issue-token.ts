import { AuthenticatedClient, type AuthenticationPorts } from '../authentication/authenticate-client.ts';
import type { ActiveKey } from '../keys/distribution/held-keys.ts';
import type { KeyRing } from '../keys/distribution/key-ring.ts';
import type { KeyUsage } from '../keys/key-usage.ts';
import { ADMIN_RESOURCE } from '../model/admin-resource.ts';
import type { AuditEvent, TokenDenied } from '../model/audit-event.ts';
import { RequestError } from '../model/errors.ts';
import { KEYSET_RESOURCE } from '../model/keyset-resource.ts';
import { tokenDigest } from '../model/token-digest.ts';
import { ApprovedGrant } from '../policy/decide-grant.ts';
import type { AdminTokens } from '../ports/admin-tokens.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { IssuanceObserver } from '../ports/issuance-observer.ts';
import type { SecretUsage } from '../authentication/secret-usage.ts';
import type { Registry } from '../registry/registry-snapshot.ts';
import { CheckedClaims } from './build-claims.ts';
import { signClaims } from './sign-claims.ts';
import type { IssuedToken, TokenRequest } from './token-request.ts';

type SigningRing = Pick<KeyRing, 'active' | 'activeOrOther' | 'release'>;

interface Ports extends Omit<AuthenticationPorts, 'registry' | 'now'> {
  readonly timeStepSeconds: number;
  readonly registry: Pick<Registry, 'snapshot'>;
  readonly keys: SigningRing;
  /** Sign tokens for the admin API, and nothing else: what steals the other keys is no operator yet. */
  readonly adminKeys: SigningRing;
  readonly adminTokens: Pick<AdminTokens, 'record'>;
  readonly secretUsage: Pick<SecretUsage, 'used'>;
  readonly keyUsage: Pick<KeyUsage, 'signed'>;
  readonly audit: AuditLog;
  readonly observer: IssuanceObserver;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The main job: a client proves who it is and gets a token for one resource (RFC 6749 §4.4). */
export class IssueToken {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws RequestError whatever denied the request or made it fail; then no token exists outside this process */
  async execute(request: TokenRequest): Promise<IssuedToken> {
    let client: AuthenticatedClient | undefined;
    try {
      const now = this.#ports.clock.now();
      client = await this.#authenticate(request, now);
      const issued = await this.#issue(request, client, now);
      this.#ports.observer.issued();
      return issued;
    } catch (error) {
      return this.#deny({ requestId: request.requestId, request, client }, error);
    }
  }

  /** The same for what has yet to be read: a request that says too little, or contradicts itself, is denied like any other. */
  async read(requestId: string, read: () => TokenRequest): Promise<IssuedToken> {
    let request: TokenRequest;
    try {
      request = read();
    } catch (error) {
      return this.#deny({ requestId }, error);
    }
    return this.execute(request);
  }

  #authenticate({ evidence }: TokenRequest, now: Date): Promise<AuthenticatedClient> {
    return AuthenticatedClient.authenticate(evidence, {
      ...this.#ports,
      registry: this.#ports.registry.snapshot(),
      now,
    });
  }

  async #issue(request: TokenRequest, client: AuthenticatedClient, now: Date): Promise<IssuedToken> {
    const { registry, secretUsage, ids, issuer, timeStepSeconds } = this.#ports;
    const snapshot = registry.snapshot();
    client.demandEnabled(snapshot);
    if (client.usedSecret) secretUsage.used(client.credentialId, now);
    const grant = ApprovedGrant.decide(snapshot, client, request);
    const keys = this.#ringFor(grant);
    const key = keyFor(grant, keys);
    const claims = CheckedClaims.build({ issuer, client, grant, key, now, tokenId: ids.next(), timeStepSeconds });
    const token = await signClaims(key, claims);
    this.#ports.keyUsage.signed(key.kid, client.id, claims.wire.exp);
    await this.#record(request, { client, grant, claims, token, kid: key.kid, now }); // durable before it leaves
    client.demandEnabled(registry.snapshot()); // the record may have waited long for its disk
    const accessToken = keys.release(token, key); // the signing lease still holds, or the token is thrown away
    return { accessToken, expiresInSeconds: grant.lifetimeSeconds, scopes: grant.scopes };
  }

  #ringFor({ resource }: ApprovedGrant): SigningRing {
    return resource.id === ADMIN_RESOURCE.id ? this.#ports.adminKeys : this.#ports.keys;
  }

  async #record(request: TokenRequest, issuance: Issuance): Promise<void> {
    const { audit, adminTokens } = this.#ports;
    const { client, grant, claims, token } = issuance;
    if (grant.resource.id === ADMIN_RESOURCE.id) {
      const { jti, exp } = claims.wire;
      const expiresAt = new Date(exp * 1000);
      await adminTokens.record({ jti, clientId: client.id, expiresAt, digest: tokenDigest(token) });
    }
    await audit.append(tokenIssued(request, issuance));
  }

  async #deny(denied: Denied, error: unknown): Promise<never> {
    this.#ports.observer.denied(error instanceof RequestError ? error.code : 'INTERNAL');
    if (error instanceof RequestError) await this.#recordDenial(denied, error);
    throw error;
  }

  async #recordDenial(denied: Denied, error: RequestError): Promise<void> {
    if (error.code === 'AUDIT_UNAVAILABLE') return; // the record itself failed: the answer already says so
    await this.#ports.audit.append(tokenDenied(denied, error, this.#ports.clock.now()));
  }
}

/** Whoever watches the key set takes every algorithm, and must not be cut off by one that cannot sign. */
function keyFor({ resource, algorithm }: ApprovedGrant, keys: SigningRing): ActiveKey {
  return resource.id === KEYSET_RESOURCE.id ? keys.activeOrOther(algorithm) : keys.active(algorithm);
}

/** As far as it got. */
interface Denied {
  readonly requestId: string;
  readonly request?: TokenRequest;
  /** Once it had proved who it is. */
  readonly client?: AuthenticatedClient | undefined;
}

interface Issuance {
  readonly client: AuthenticatedClient;
  readonly grant: ApprovedGrant;
  readonly claims: CheckedClaims;
  readonly token: string;
  readonly kid: string;
  readonly now: Date;
}

function tokenIssued({ requestId }: TokenRequest, { client, grant, claims, kid, now }: Issuance): AuditEvent {
  return {
    event: 'token.issued',
    time: now,
    requestId,
    client: client.id,
    method: client.method,
    credentialId: client.credentialId,
    resource: grant.resource.id,
    scopes: grant.scopes,
    jti: claims.wire.jti,
    kid,
    expiresAt: new Date(claims.wire.exp * 1000),
    rule: grant.rule,
  };
}

function tokenDenied(denied: Denied, { code, facts }: RequestError, time: Date): AuditEvent {
  const { requestId, request } = denied;
  const target = request?.target && Object.values(request.target)[0];
  return {
    ...{ event: 'token.denied', time, requestId, code },
    ...whoAsked(denied, facts),
    ...textsIn(facts, ['reason', 'resource', 'rule']),
    ...(target === undefined ? {} : { target: claimed(target) }),
    ...(request?.scopes === undefined ? {} : { scopes: request.scopes.slice(0, MOST_SCOPES).map(claimed) }),
  };
}

function whoAsked({ request, client }: Denied, facts: RequestError['facts']): Partial<TokenDenied> {
  if (client) return { client: client.id, method: client.method, credentialId: client.credentialId };
  const { client: told = request?.evidence.clientId, method } = textsIn(facts, ['client', 'method']);
  return { ...(told === undefined ? {} : { client: claimed(told) }), ...(method === undefined ? {} : { method }) };
}

function textsIn<Name extends string>(
  facts: RequestError['facts'],
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const entries = names.map((name) => [name, facts[name]]).filter(([, fact]) => typeof fact === 'string');
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

/** A stranger decides what stands here: enough to recognise it, not enough to fill a disk. */
const LONGEST_CLAIM = 100;
const MOST_SCOPES = 20;

function claimed(text: string): string {
  return text.length > LONGEST_CLAIM ? `${text.slice(0, LONGEST_CLAIM)}…` : text;
}
