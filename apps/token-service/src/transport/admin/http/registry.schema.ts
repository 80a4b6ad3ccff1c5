import { z } from 'zod';
import type { RegistryChange } from '../../../core/administration/administration.ts';
import { instant, nextCursor } from './wire-parts.schema.ts';

export const ResourceBody = z.object({
  id: z.string(),
  audience: z.string().meta({ description: '`aud` of its tokens.' }),
  uri: z.string().nullable(),
  operated_by: z.string().nullable(),
  scopes: z.array(z.string()),
  token_lifetime_seconds: z.number(),
  signing_algorithm: z.string(),
  sender_constraint: z.string(),
  built_in: z.boolean().meta({ description: 'true: part of Mintmark, cannot be declared or changed.' }),
});
export type ResourceBody = z.output<typeof ResourceBody>;

export const ResourceListBody = z.object({ resources: z.array(ResourceBody), next_cursor: nextCursor });

export const PolicyBody = z.object({
  id: z.string(),
  client: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()),
});
export type PolicyBody = z.output<typeof PolicyBody>;

export const PolicyListBody = z.object({ policies: z.array(PolicyBody), next_cursor: nextCursor });

const declaration = z.string().meta({ description: 'The declaration file, as it is: YAML or JSON.' });
const fileName = z
  .string()
  .min(1)
  .max(500)
  .default('declaration')
  .meta({ description: 'What problems call the file.' });
const prune = z.boolean().default(false).meta({ description: 'true: what is not declared is removed.' });

export const PlanRegistryBody = z.strictObject({ declaration, file_name: fileName, prune });
export type PlanRegistryBody = z.output<typeof PlanRegistryBody>;

export const ApplyRegistryBody = z.strictObject({
  declaration,
  file_name: fileName,
  prune,
  base_version: z.number().int().min(0).meta({ description: '`base_version` of the plan that was looked at.' }),
});
export type ApplyRegistryBody = z.output<typeof ApplyRegistryBody>;

export const ChangeBody = z.object({
  kind: z.enum(['issuer', 'resource', 'client', 'policy', 'secret']),
  action: z.enum(['create', 'update', 'remove', 'expire']),
  id: z.string(),
  fields: z
    .array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
    .meta({ description: 'Values as JSON text; null: there was or will be none.' }),
});
export type ChangeBody = z.output<typeof ChangeBody>;

export const PlanBody = z.object({
  base_version: z.number(),
  changes: z.array(ChangeBody),
  warnings: z.array(z.string()),
});
export type PlanBody = z.output<typeof PlanBody>;

export const AppliedBody = z.object({ version: z.number(), changes: z.array(ChangeBody) });
export type AppliedBody = z.output<typeof AppliedBody>;

/** Members that errors of the registry have beside the usual ones. */
export const ProblemBody = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  path: z.string(),
  problem: z.string(),
  allowed: z.string().nullable(),
  fix: z.string(),
});

/** An entry of `changes_since` in REGISTRY_CONFLICT. */
export const ChangeSinceBody = z.object({
  version: z.number(),
  at: instant,
  actor: z.string(),
  kind: z.enum(['issuer', 'resource', 'client', 'policy', 'secret']),
  action: z.enum(['create', 'update', 'remove', 'expire']),
  id: z.string(),
});

export function toRegistryChange(
  body: PlanRegistryBody & Partial<Pick<ApplyRegistryBody, 'base_version'>>,
): RegistryChange {
  const { declaration, file_name: name, prune, base_version: baseVersion } = body;
  const file = { name, bytes: Buffer.from(declaration, 'utf8') };
  return { file, prune, ...(baseVersion === undefined ? {} : { baseVersion }) };
}
