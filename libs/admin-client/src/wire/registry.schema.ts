import { z } from 'zod';
import { camelCased } from './camel-case.ts';
import { names, instant, nextCursor } from './parts.schema.ts';

const resource = z.object({
  id: z.string(),
  audience: z.string(),
  uri: z.string().nullable(),
  operated_by: z.string().nullable(),
  scopes: names,
  token_lifetime_seconds: z.number(),
  signing_algorithm: z.string(),
  sender_constraint: z.string(),
  built_in: z.boolean(),
});

const policy = z.object({ id: z.string(), client: z.string(), resource: z.string(), scopes: names });

const change = z.object({
  kind: z.string(),
  action: z.enum(['create', 'update', 'remove', 'expire']),
  id: z.string(),
  fields: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});

const problem = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  path: z.string(),
  problem: z.string(),
  allowed: z.string().nullish(),
  fix: z.string(),
});

const changeSince = z.object({
  version: z.number(),
  at: instant,
  actor: z.string(),
  kind: z.string(),
  action: z.string(),
  id: z.string(),
});

export const resourcePageSchema = z
  .object({ resources: z.array(resource), next_cursor: nextCursor })
  .transform(camelCased);
export const policyPageSchema = z.object({ policies: z.array(policy), next_cursor: nextCursor }).transform(camelCased);
/** A service of before answers without warnings. */
const warnings = z.array(z.string()).default([]);
export const planSchema = z
  .object({ base_version: z.number(), changes: z.array(change), warnings })
  .transform(camelCased);
export const appliedSchema = z.object({ version: z.number(), changes: z.array(change) }).transform(camelCased);
export const problemSchema = problem.transform(camelCased);
export const changeSinceSchema = changeSince.transform(camelCased);

export type ResourcePage = z.output<typeof resourcePageSchema>;
export type ResourceView = ResourcePage['resources'][number];
export type PolicyPage = z.output<typeof policyPageSchema>;
export type PolicyView = PolicyPage['policies'][number];
/** What a declaration would change, and the version of the registry that was compared with. */
export type RegistryPlan = z.output<typeof planSchema>;
/** One thing that changes; values of fields are JSON text. */
export type RegistryChange = RegistryPlan['changes'][number];
export type RegistryApplied = z.output<typeof appliedSchema>;
export type DeclarationProblem = z.output<typeof problemSchema>;
export type RegistryChangeSince = z.output<typeof changeSinceSchema>;
