import type { ZodType } from 'zod';
import { pathOf, type AdminCall } from './admin-call.ts';
import * as audit from './wire/audit.schema.ts';
import * as clients from './wire/clients.schema.ts';
import * as kek from './wire/kek.schema.ts';
import * as keys from './wire/keys.schema.ts';
import * as keyset from './wire/keyset.schema.ts';
import * as registry from './wire/registry.schema.ts';
import * as revocations from './wire/revocations.schema.ts';
import * as service from './wire/service.schema.ts';

const ROOT = '/admin/v1';

export interface PageRequest {
  /** 1 to 1000; default 100. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Of calls that change something. */
export interface Planned {
  /** Say what would happen, and change nothing. */
  readonly plan?: boolean | undefined;
}

export function listClients(page: PageRequest = {}): AdminCall<clients.ClientPage> {
  return get(pathOf(`${ROOT}/clients`, { ...page }), clients.clientPageSchema);
}

export function getClient(id: string): AdminCall<clients.ClientView> {
  return get(clientPath(id), clients.clientSchema);
}

/** @param credentials ways the client may prove who it is; absent: by a generated secret */
export function createClient(
  request: { readonly id: string; readonly credentials?: readonly { readonly kind: string }[] } & Planned,
): AdminCall<clients.ClientView> {
  const { id, credentials, plan } = request;
  return post(`${ROOT}/clients`, { id, ...(credentials && { credentials }), ...planned(plan) }, clients.clientSchema);
}

export function disableClient(id: string, { plan }: Planned = {}): AdminCall<clients.ClientView> {
  return post(`${clientPath(id)}/disable`, planned(plan), clients.clientSchema);
}

export function enableClient(id: string, { plan }: Planned = {}): AdminCall<clients.ClientView> {
  return post(`${clientPath(id)}/enable`, planned(plan), clients.clientSchema);
}

interface CredentialRotation extends Planned {
  /** How long the client's other secrets go on; absent: until they are expired by hand. */
  readonly expireOthersAfterSeconds?: number | undefined;
  /** Of one that got lost, or is used no more: the new one takes its place at once. */
  readonly replaceSecretId?: string | undefined;
}

export function rotateCredential(
  id: string,
  { expireOthersAfterSeconds, replaceSecretId, plan }: CredentialRotation = {},
): AdminCall<clients.NewSecret> {
  const body = {
    ...(expireOthersAfterSeconds !== undefined && { expire_others_after_seconds: expireOthersAfterSeconds }),
    ...(replaceSecretId !== undefined && { replace_secret_id: replaceSecretId }),
    ...planned(plan),
  };
  return post(`${clientPath(id)}/secrets`, body, clients.newSecretSchema);
}

export function listResources(page: PageRequest = {}): AdminCall<registry.ResourcePage> {
  return get(pathOf(`${ROOT}/resources`, { ...page }), registry.resourcePageSchema);
}

export function listPolicies(page: PageRequest = {}): AdminCall<registry.PolicyPage> {
  return get(pathOf(`${ROOT}/policies`, { ...page }), registry.policyPageSchema);
}

export interface DeclaredRegistry {
  /** The declaration file, as it is: YAML or JSON. */
  readonly declaration: string;
  /** What problems call the file. */
  readonly fileName: string;
  /** What is not declared is removed. */
  readonly prune?: boolean | undefined;
}

export function planRegistry(declared: DeclaredRegistry): AdminCall<registry.RegistryPlan> {
  return post(`${ROOT}/registry/plan`, declaredBody(declared), registry.planSchema);
}

/** @param baseVersion of the plan that was looked at: if the registry has changed since, REGISTRY_CONFLICT says how */
export function applyRegistry(declared: DeclaredRegistry, baseVersion: number): AdminCall<registry.RegistryApplied> {
  const body = { ...declaredBody(declared), base_version: baseVersion };
  return post(`${ROOT}/registry/apply`, body, registry.appliedSchema);
}

/** The registry as a declaration file, in YAML. */
export function exportRegistry(): AdminCall<string> {
  return { method: 'GET', path: `${ROOT}/registry/export`, answer: { kind: 'text', read: (text) => text } };
}

export function getKeyStatus(): AdminCall<keys.KeyStatus> {
  return get(`${ROOT}/keys`, keys.keyStatusSchema);
}

/** What the schedule will do with the keys, and when. */
export function getKeyPlan(): AdminCall<keys.KeyPlan> {
  return get(`${ROOT}/keys/plan`, keys.keyPlanSchema);
}

/** Who still trusts a key, and until when there are tokens of it. @param kid in full */
export function getKeyUsers(kid: string): AdminCall<keys.KeyUsers> {
  return get(`${ROOT}/keys/${encodeURIComponent(kid)}/users`, keys.keyUsersSchema);
}

export interface KeyRotation extends Planned {
  /** `public` (default), `admin` or `revocations`. */
  readonly ring?: string | undefined;
  /** Default ES256. */
  readonly algorithm?: string | undefined;
}

/** The next key takes over now, if verifiers have had the time to learn of it. */
export function rotateKeys(request: KeyRotation = {}): AdminCall<keys.Rotation> {
  return rotation('rotate', request);
}

/** Publishes the next key, where the schedule has not done so. */
export function prepareKey(request: KeyRotation = {}): AdminCall<keys.Rotation> {
  return rotation('prepare', request);
}

/** @param kid in full */
export function changeKey(
  kid: string,
  verb: 'activate' | 'deactivate' | 'destroy',
  { ring = 'public', plan }: Omit<KeyRotation, 'algorithm'> = {},
): AdminCall<keys.Rotation> {
  const path = `${ROOT}/keys/${encodeURIComponent(kid)}/${verb}`;
  return post(path, { ring, ...planned(plan) }, keys.rotationSchema);
}

export interface KeyCompromise extends Omit<KeyRotation, 'algorithm'> {
  /** `custody`: every key under the same key-encryption key or token. Default `key`. */
  readonly scope?: 'key' | 'custody' | undefined;
  /** Goes into the record. */
  readonly reason: string;
  /** What to do if no standby that verifiers hold can take over. Default `refuse`. */
  readonly withoutStandby?: 'refuse' | 'seal' | 'fresh-key' | undefined;
}

/** Ends all trust in a key. @param kid in full */
export function compromiseKey(kid: string, request: KeyCompromise): AdminCall<keys.Compromise> {
  const { ring = 'public', scope = 'key', reason, withoutStandby = 'refuse', plan } = request;
  const body = { ring, scope, reason, without_standby: withoutStandby, ...planned(plan) };
  return post(`${ROOT}/keys/${encodeURIComponent(kid)}/compromise`, body, keys.compromiseSchema);
}

/** Which verifiers have told that they hold the key sets as they are now. */
export function getKeyHoldings(): AdminCall<keys.KeyHoldings> {
  return get(`${ROOT}/keys/holdings`, keys.holdingsSchema);
}

function rotation(verb: 'rotate' | 'prepare', request: KeyRotation): AdminCall<keys.Rotation> {
  const { ring = 'public', algorithm = 'ES256', plan } = request;
  return post(`${ROOT}/keys/${verb}`, { ring, algorithm, ...planned(plan) }, keys.rotationSchema);
}

/** What verifiers refuse now, though its signature is good. */
export function listRevocations(page: PageRequest = {}): AdminCall<revocations.RevocationPage> {
  return get(pathOf(`${ROOT}/revocations`, { ...page }), revocations.revocationPageSchema);
}

export interface RevocationRequest extends Planned {
  /** Default `revoke`; `admit`: accept again what the client is issued from now on. */
  readonly action?: 'revoke' | 'admit' | undefined;
  readonly kind: 'token' | 'client';
  /** The `jti` of a token, never the token itself; or the id of a client. */
  readonly id: string;
  readonly reason?: string | undefined;
}

/** Verifiers refuse a token, or every token of a client. */
export function revoke(request: RevocationRequest): AdminCall<revocations.Revocation> {
  const { action = 'revoke', kind, id, reason, plan } = request;
  const body = { action, kind, id, ...(reason === undefined ? {} : { reason }), ...planned(plan) };
  return post(`${ROOT}/revocations`, body, revocations.revocationSchema);
}

/** @param after lines behind this number, the oldest first; absent: the newest ones */
export function tailAudit(
  request: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
): AdminCall<audit.AuditTail> {
  return get(pathOf(`${ROOT}/audit`, { ...request }), audit.auditTailSchema);
}

export function verifyAudit(): AdminCall<audit.AuditVerification> {
  return post(`${ROOT}/audit/verify`, {}, audit.auditVerificationSchema);
}

/** The OpenAPI document that the service publishes of its admin API. */
export function describeApi(): AdminCall<service.ApiDescription> {
  return get(`${ROOT}/openapi.json`, service.apiDescriptionSchema);
}

/** Only over the host's socket: makes the first operator. */
export function bootstrap(operator?: string): AdminCall<clients.NewSecret> {
  return post('/host/v1/bootstrap', operator === undefined ? {} : { operator }, clients.newSecretSchema);
}

/** Only over the host's socket: makes a secret for a client, beside the one it may have. */
export function makeClientSecret(clientId: string): AdminCall<clients.NewSecret> {
  return post(`/host/v1/clients/${encodeURIComponent(clientId)}/secrets`, {}, clients.newSecretSchema);
}

/** Only over the host's socket: which keys encrypt the stored keys. */
export function getKekStatus(): AdminCall<kek.KekStatus> {
  return get('/host/v1/kek', kek.kekStatusSchema);
}

/**
 * Only over the host's socket: some of the stored keys, the next ones with `after`.
 * `add` wraps them under one more key-encryption key, `rotate` under the primary one in its place, `drop` under it no longer.
 */
export function changeKek(
  action: 'add' | 'rotate' | 'drop',
  { kekId, after }: { readonly kekId: string; readonly after?: string | null },
): AdminCall<kek.KekStep> {
  return post(`/host/v1/kek/${action}`, { kek_id: kekId, after: after ?? null }, kek.kekStepSchema);
}

/** Only over the host's socket: how the database compares with its witness. */
export function getEpochStatus(): AdminCall<keyset.EpochStatus> {
  return get('/host/v1/keyset', keyset.epochStatusSchema);
}

/** Only over the host's socket: makes a restored database the one that counts. */
export function openEpoch(): AdminCall<keyset.EpochStatus> {
  return post('/host/v1/keyset/open-epoch', {}, keyset.epochStatusSchema);
}

function get<Answer>(path: string, schema: ZodType<Answer>): AdminCall<Answer> {
  return { method: 'GET', path, answer: { kind: 'json', schema } };
}

function post<Answer>(path: string, body: Record<string, unknown>, schema: ZodType<Answer>): AdminCall<Answer> {
  return { method: 'POST', path, body, answer: { kind: 'json', schema } };
}

function clientPath(id: string): string {
  return `${ROOT}/clients/${encodeURIComponent(id)}`;
}

function planned(plan: boolean | undefined): { plan?: true } {
  return plan ? { plan } : {};
}

function declaredBody({ declaration, fileName, prune = false }: DeclaredRegistry): Record<string, unknown> {
  return { declaration, file_name: fileName, prune };
}
