import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { z } from 'zod';
import { RING_NAMES } from '../../../core/administration/views.ts';
import { CREDENTIAL_KINDS } from '../../../core/model/client.ts';
import { ENTITY_ID_PATTERN } from '../../../core/model/entity-id.ts';

/** What the loader makes of the messages in admin.proto, checked as the bodies over HTTP are; zero and empty mean absent. */
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;

const limit = z
  .int()
  .min(0)
  .max(MAX_PAGE)
  .transform((value) => value || DEFAULT_PAGE);
const entityId = z
  .string()
  .regex(new RegExp(ENTITY_ID_PATTERN), '1 to 64 of a-z 0-9 . _ -, beginning and ending with a letter or digit');

export const PageMessage = z
  .object({ limit, cursor: z.string().max(200) })
  .transform(({ cursor, ...page }) => ({ ...page, ...(cursor === '' ? {} : { cursor }) }));
export type PageMessage = z.output<typeof PageMessage>;

export const EmptyMessage = z.object({});

export const GetClientMessage = z.object({ id: entityId });
export type GetClientMessage = z.output<typeof GetClientMessage>;

export const CreateClientMessage = z
  .object({
    id: entityId,
    credentials: z.array(z.object({ kind: z.enum(CREDENTIAL_KINDS) })).max(8),
    plan: z.boolean(),
  })
  .transform(({ credentials, ...rest }) => ({
    ...rest,
    credentials: credentials.length > 0 ? credentials : [{ kind: 'client_secret' as const }],
  }));
export type CreateClientMessage = z.output<typeof CreateClientMessage>;

export const ClientActionMessage = z.object({ id: entityId, plan: z.boolean() });
export type ClientActionMessage = z.output<typeof ClientActionMessage>;

export const RotateCredentialMessage = z.object({
  clientId: entityId,
  expireOthersAfterSeconds: z
    .int()
    .min(0)
    .max(90 * 86_400)
    .optional(),
  replaceSecretId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'the id of a secret, as GetClient has it')
    .optional(),
  plan: z.boolean(),
});
export type RotateCredentialMessage = z.output<typeof RotateCredentialMessage>;

const declared = z.object({
  declaration: z.string(),
  fileName: z
    .string()
    .max(500)
    .transform((name) => name || 'declaration'),
  prune: z.boolean(),
});

export const PlanRegistryMessage = declared.transform(({ declaration, fileName, prune }) => ({
  file: { name: fileName, bytes: Buffer.from(declaration, 'utf8') },
  prune,
}));
export type PlanRegistryMessage = z.output<typeof PlanRegistryMessage>;

export const ApplyRegistryMessage = declared
  .extend({ baseVersion: z.int().min(0) })
  .transform(({ declaration, fileName, ...rest }) => ({
    file: { name: fileName, bytes: Buffer.from(declaration, 'utf8') },
    ...rest,
  }));
export type ApplyRegistryMessage = z.output<typeof ApplyRegistryMessage>;

const ring = z.enum(['', ...RING_NAMES]).transform((name) => name || 'public');

export const RotateKeysMessage = z.object({
  ring,
  algorithm: z.enum(['', ...SIGNING_ALGORITHMS]).transform((algorithm) => algorithm || 'ES256'),
  plan: z.boolean(),
});
export type RotateKeysMessage = z.output<typeof RotateKeysMessage>;

const kid = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'a kid, as GetKeyStatus has it');

export const KeyUsersMessage = z.object({ kid });
export type KeyUsersMessage = z.output<typeof KeyUsersMessage>;

export const KeyActionMessage = z.object({
  ring,
  kid,
  plan: z.boolean(),
});
export type KeyActionMessage = z.output<typeof KeyActionMessage>;

export const CompromiseKeyMessage = z.object({
  ring,
  kid: KeyActionMessage.shape.kid,
  scope: z.enum(['', 'key', 'custody']).transform((scope) => scope || 'key'),
  reason: z.string().regex(/^[^\p{Cc}]{1,500}$/u, 'why, in 1 to 500 characters on one line'),
  withoutStandby: z.enum(['', 'refuse', 'seal', 'fresh-key']).transform((choice) => choice || 'refuse'),
  plan: z.boolean(),
});
export type CompromiseKeyMessage = z.output<typeof CompromiseKeyMessage>;
export const RevokeMessage = z
  .object({
    action: z.enum(['', 'revoke', 'admit']).transform((action) => action || 'revoke'),
    kind: z.enum(['token', 'client']),
    id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'the jti of a token, or the id of a client'),
    reason: z.string().max(200),
    plan: z.boolean(),
  })
  .transform(({ reason, ...rest }) => ({ ...rest, ...(reason === '' ? {} : { reason }) }));
export type RevokeMessage = z.output<typeof RevokeMessage>;

export const TailAuditMessage = z
  .object({ after: z.int().min(0).optional(), limit })
  .transform(({ after, ...rest }) => ({ ...rest, ...(after === undefined ? {} : { after }) }));
export type TailAuditMessage = z.output<typeof TailAuditMessage>;
