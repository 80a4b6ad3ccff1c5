import type { AdminErrorCode } from '@mintmark/contract';
import type { z } from 'zod';
import type { AdminScope } from '../../../core/model/admin-resource.ts';
import { AuditQuery, AuditTailBody, AuditVerificationBody } from './audit.schema.ts';
import {
  ClientActionBody,
  ClientBody,
  ClientListBody,
  CreateClientBody,
  NewSecretBody,
  RotateCredentialBody,
} from './client.schema.ts';
import {
  CompromiseBody,
  CompromiseKeyBody,
  HoldingsBody,
  KeyActionBody,
  KeyPlanBody,
  KeyStatusBody,
  RotateKeysBody,
  RotationBody,
  KeyUsersBody,
} from './key.schema.ts';
import {
  AppliedBody,
  ApplyRegistryBody,
  PlanBody,
  PlanRegistryBody,
  PolicyListBody,
  ResourceListBody,
} from './registry.schema.ts';
import { RevocationBody, RevocationListBody, RevokeBody } from './revocation.schema.ts';
import { PageQuery } from './wire-parts.schema.ts';

/** One operation of the admin API, as its documentation has it. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** Below /admin/v1. */
  readonly path: string;
  /** The same name as over gRPC. */
  readonly id: string;
  readonly summary: string;
  readonly scope: AdminScope;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: 200 | 201;
  /** Absent: YAML text. */
  readonly answer?: z.ZodType;
  /** Beside those that every operation can fail with. */
  readonly errors: readonly (AdminErrorCode | 'REVOCATIONS_FULL')[];
}

const OPERATORS = [
  'REGISTRY_ADMIN_REQUIRED',
  'OPERATOR_REQUIRED',
  'REGISTRY_READ_ONLY',
  'STORAGE_UNAVAILABLE',
] as const;

/** What any change of the keys can be refused for. */
const GATES = [
  'KEYS_ROTATION_TOO_EARLY',
  'KEYS_SET_FULL',
  'KEYS_ALGORITHM_UNUSED',
  'KEYS_ALREADY_DONE',
  'KEYS_UNUSABLE',
  'KEYS_CLOCK_WRONG',
  'STORAGE_UNAVAILABLE',
] as const;
const OF_ONE_KEY = ['KEYS_KID_UNKNOWN', 'KEYS_STATE_WRONG'] as const;

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/clients', id: 'ListClients', scope: 'registry:read', summary: 'All clients, by id.' },
    ...{ query: PageQuery, status: 200, answer: ClientListBody, errors: [] },
  },
  {
    ...{ method: 'get', path: '/clients/{id}', id: 'GetClient', scope: 'registry:read', summary: 'One client.' },
    ...{ status: 200, answer: ClientBody, errors: ['CLIENT_UNKNOWN'] },
  },
  {
    ...{ method: 'post', path: '/clients', id: 'CreateClient', scope: 'registry:write' },
    summary: 'Registers a client. It may do nothing until a policy says so, and has no secret yet.',
    ...{ body: CreateClientBody, status: 201, answer: ClientBody, errors: ['CLIENT_EXISTS', ...OPERATORS] },
  },
  {
    ...{ method: 'post', path: '/clients/{id}/disable', id: 'DisableClient', scope: 'registry:write' },
    summary: 'The client gets no more tokens, and verifiers refuse those it has.',
    ...{ body: ClientActionBody, status: 200, answer: ClientBody },
    errors: ['CLIENT_UNKNOWN', 'REVOCATIONS_FULL', ...OPERATORS],
  },
  {
    ...{ method: 'post', path: '/clients/{id}/enable', id: 'EnableClient', scope: 'registry:write' },
    summary: 'The client gets tokens again. Those from before stay refused.',
    ...{ body: ClientActionBody, status: 200, answer: ClientBody, errors: ['CLIENT_UNKNOWN', ...OPERATORS] },
  },
  {
    ...{ method: 'post', path: '/clients/{id}/secrets', id: 'RotateCredential', scope: 'registry:write' },
    summary: 'Makes a new secret and shows it this once. The old one goes on for as long as it is given.',
    ...{ body: RotateCredentialBody, status: 201, answer: NewSecretBody },
    errors: [
      'CLIENT_UNKNOWN',
      'SECRET_NOT_DECLARED',
      'SECRETS_EXHAUSTED',
      'REGISTRY_ADMIN_REQUIRED',
      'STORAGE_UNAVAILABLE',
    ],
  },
  {
    ...{ method: 'get', path: '/resources', id: 'ListResources', scope: 'registry:read', summary: 'All resources.' },
    ...{ query: PageQuery, status: 200, answer: ResourceListBody, errors: [] },
  },
  {
    ...{ method: 'get', path: '/policies', id: 'ListPolicies', scope: 'registry:read', summary: 'All policies.' },
    ...{ query: PageQuery, status: 200, answer: PolicyListBody, errors: [] },
  },
  {
    ...{ method: 'post', path: '/registry/plan', id: 'PlanRegistry', scope: 'registry:read' },
    summary: 'What a declaration would change. Changes nothing.',
    ...{ body: PlanRegistryBody, status: 200, answer: PlanBody },
    errors: [
      'DECLARATION_INVALID',
      'REGISTRY_BUSY',
      'REGISTRY_ADMIN_REQUIRED',
      'OPERATOR_REQUIRED',
      'REVOCATIONS_FULL',
    ],
  },
  {
    ...{ method: 'post', path: '/registry/apply', id: 'ApplyRegistry', scope: 'registry:write' },
    summary: 'Applies a declaration, whole or not at all, if the registry is still as it was planned on.',
    ...{ body: ApplyRegistryBody, status: 200, answer: AppliedBody },
    errors: ['DECLARATION_INVALID', 'REGISTRY_BUSY', 'REGISTRY_CONFLICT', 'REVOCATIONS_FULL', ...OPERATORS],
  },
  {
    ...{ method: 'get', path: '/registry/export', id: 'ExportRegistry', scope: 'registry:read' },
    summary: 'The registry as a declaration file.',
    ...{ status: 200, errors: [] },
  },
  {
    ...{ method: 'get', path: '/keys', id: 'GetKeyStatus', scope: 'keys:read' },
    summary: 'Every key with its state, its next step and what that waits for.',
    ...{ status: 200, answer: KeyStatusBody, errors: ['KEYS_UNUSABLE'] },
  },
  {
    ...{ method: 'get', path: '/keys/plan', id: 'GetKeyPlan', scope: 'keys:read' },
    summary: 'What the schedule will do with the keys, and when.',
    ...{ status: 200, answer: KeyPlanBody, errors: ['KEYS_UNUSABLE'] },
  },
  {
    ...{ method: 'get', path: '/keys/{kid}/users', id: 'GetKeyUsers', scope: 'keys:read' },
    summary: 'Who still trusts a key, and until when there are tokens of it.',
    ...{ status: 200, answer: KeyUsersBody, errors: ['KEYS_KID_UNKNOWN', 'KEYS_UNUSABLE'] },
  },
  {
    ...{ method: 'post', path: '/keys/rotate', id: 'RotateKeys', scope: 'keys:rotate' },
    summary: 'Lets the next key sign now, if verifiers have had the time to learn of it.',
    ...{ body: RotateKeysBody, status: 200, answer: RotationBody },
    errors: ['KEYS_NO_STANDBY', ...GATES],
  },
  {
    ...{ method: 'post', path: '/keys/prepare', id: 'PrepareKey', scope: 'keys:rotate' },
    summary: 'Publishes the next key now, where the schedule has not done so.',
    ...{ body: RotateKeysBody, status: 200, answer: RotationBody, errors: GATES },
  },
  {
    ...{ method: 'post', path: '/keys/{kid}/activate', id: 'ActivateKey', scope: 'keys:rotate' },
    summary: 'Lets a published key sign; the one that signed stops in the same transaction.',
    ...{ body: KeyActionBody, status: 200, answer: RotationBody, errors: [...OF_ONE_KEY, ...GATES] },
  },
  {
    ...{ method: 'post', path: '/keys/{kid}/deactivate', id: 'DeactivateKey', scope: 'keys:rotate' },
    summary: 'Lets the key stop signing, by handing over to its successor.',
    ...{ body: KeyActionBody, status: 200, answer: RotationBody },
    errors: ['KEYS_NO_STANDBY', ...OF_ONE_KEY, ...GATES],
  },
  {
    ...{ method: 'post', path: '/keys/{kid}/destroy', id: 'DestroyKey', scope: 'keys:rotate' },
    summary: 'Destroys a key whose last token is dead, or one that never signed. There is no way back.',
    ...{ body: KeyActionBody, status: 200, answer: RotationBody },
    errors: [
      ...(['KEYS_DESTRUCTION_TOO_EARLY', 'KEYS_SUCCESSOR_NEEDED', 'KEYS_ALREADY_DONE'] as const),
      ...([...OF_ONE_KEY, 'KEYS_UNUSABLE', 'KEYS_CLOCK_WRONG', 'STORAGE_UNAVAILABLE'] as const),
    ],
  },
  {
    ...{ method: 'post', path: '/keys/{kid}/compromise', id: 'CompromiseKey', scope: 'keys:rotate' },
    summary: 'Ends all trust in a key, or in all that lie where it does; a standby that verifiers hold takes over.',
    ...{ body: CompromiseKeyBody, status: 200, answer: CompromiseBody },
    errors: [
      ...OF_ONE_KEY,
      'KEYS_ALREADY_DONE',
      'KEYS_COMPROMISE_CHOICE',
      'KEYS_CUSTODY_UNSOUND',
      'KEYS_UNUSABLE',
      'STORAGE_UNAVAILABLE',
    ],
  },
  {
    ...{ method: 'get', path: '/keys/holdings', id: 'GetKeyHoldings', scope: 'keys:read' },
    summary: 'Which verifiers have told that they hold the key sets as they are now.',
    ...{ status: 200, answer: HoldingsBody, errors: ['KEYS_UNUSABLE'] },
  },
  {
    ...{ method: 'get', path: '/revocations', id: 'ListRevocations', scope: 'tokens:revoke' },
    summary: 'What verifiers refuse now, though its signature is good.',
    ...{ query: PageQuery, status: 200, answer: RevocationListBody, errors: [] },
  },
  {
    ...{ method: 'post', path: '/revocations', id: 'Revoke', scope: 'tokens:revoke' },
    summary: 'Verifiers refuse a token, or every token of a client, until the last of them is dead.',
    ...{ body: RevokeBody, status: 200, answer: RevocationBody },
    errors: [
      ...(['CLIENT_UNKNOWN', 'CLIENT_DISABLED', 'REVOCATIONS_FULL', 'REGISTRY_ADMIN_REQUIRED'] as const),
      ...(['OPERATOR_REQUIRED', 'STORAGE_UNAVAILABLE'] as const),
    ],
  },
  {
    ...{ method: 'get', path: '/audit', id: 'TailAudit', scope: 'audit:read', summary: 'Lines of the audit file.' },
    ...{ query: AuditQuery, status: 200, answer: AuditTailBody, errors: [] },
  },
  {
    ...{ method: 'post', path: '/audit/verify', id: 'VerifyAudit', scope: 'audit:read' },
    summary: 'Follows the audit chain from its first line, and finds the first bad one.',
    ...{ status: 200, answer: AuditVerificationBody, errors: [] },
  },
];
