import { mappingOf, VERIFIER_ERRORS, type ErrorCode } from '@mintmark/contract';
import { z } from 'zod';
import { KeyPath } from './key.schema.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { entityId, ErrorBody } from './wire-parts.schema.ts';

/** What any operation can fail with, whatever it does. */
const ALWAYS: readonly ErrorCode[] = [
  'REQUEST_MALFORMED',
  'PARAMETER_INVALID',
  'AUDIT_UNAVAILABLE',
  ...(['TOKEN_MISSING', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'SCOPE_INSUFFICIENT', 'KEYS_UNAVAILABLE'] as const),
];

/** The admin API as OpenAPI 3.1, made of the schemas that check its requests. */
export function openApiDocument(): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    const path = `/admin/v1${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Mintmark admin API', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody, 'output') },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'at+jwt',
          description: 'For the resource mintmark-admin.',
        },
      },
    },
  };
}

function describe(operation: Operation): Record<string, unknown> {
  const { id, summary, scope, body } = operation;
  return {
    operationId: id,
    summary,
    security: [{ token: [scope] }],
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(body ? { requestBody: { content: { 'application/json': { schema: schemaOf(body, 'input') } } } } : {}),
    responses: { ...successOf(operation), ...failuresOf(operation) },
  };
}

const IN_PATH: Readonly<Record<string, z.core.$ZodType>> = { id: entityId, kid: KeyPath.shape.kid };

function pathParameters({ path }: Operation): readonly object[] {
  const names = Object.keys(IN_PATH).filter((name) => path.includes(`{${name}}`));
  return names.map((name) => ({ name, in: 'path', required: true, schema: schemaOf(IN_PATH[name]!, 'input') }));
}

function queryParameters({ query }: Operation): readonly object[] {
  const fields = Object.entries<z.core.$ZodType>(query?.shape ?? {});
  return fields.map(([name, schema]) => ({ name, in: 'query', required: false, schema: schemaOf(schema, 'output') }));
}

function successOf({ status, answer }: Operation): Record<string, unknown> {
  const content = answer
    ? { 'application/json': { schema: schemaOf(answer, 'output') } }
    : { 'application/yaml': { schema: { type: 'string' } } };
  return { [status]: { description: 'Done.', content } };
}

function failuresOf({ errors }: Operation): Record<string, unknown> {
  const codes = Map.groupBy([...ALWAYS, ...errors], (code) => mappingOf(code).http);
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(
    [...codes].map(([status, of]) => [status, { description: of.map(publicName).join(', '), content }]),
  );
}

/** Of a refused token callers are told a public code alone. */
function publicName(code: ErrorCode): string {
  return code in VERIFIER_ERRORS ? VERIFIER_ERRORS[code as keyof typeof VERIFIER_ERRORS].publicCode : code;
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
