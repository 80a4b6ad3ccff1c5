import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { configFor } from '../../eslint.config.mjs';
import { PlantedTree, repositoryRoot } from './planted-tree.ts';

const core = 'apps/token-service/src/core';
const controller = 'apps/token-service/src/transport';
const handler = (decorator: string, marked: string) => {
  const source = decorator === 'Payload' ? '@nestjs/microservices' : '@nestjs/common';
  const method = `handle(@${decorator}${marked} input: string) { return input; }`;
  return `import { ${decorator} } from '${source}';\nexport class Handler { ${method} }`;
};
const zod = `import { z } from 'zod';\n`;
const consume = (line: string) => `${line}\nexport const value: unknown = 1;`;

/** Rule → files that break it and no other rule. */
const violations: Record<string, Record<string, string>> = {
  'mintmark/no-ambient-input': {
    [`${core}/policy/now.ts`]: 'export const now = Date.now();',
    [`${core}/policy/now-by-key.ts`]: `export const now = Date['now']();`,
    [`${core}/policy/now-by-pattern.ts`]: 'const { now } = Date;\nexport const value = now();',
    [`${core}/policy/now-by-globals.ts`]: 'export const now = globalThis.Date.now();',
    [`${core}/policy/now-as-value.ts`]: 'export const clock = { now: Date.now };',
    [`${core}/policy/new-date.ts`]: 'export const today = new Date();',
    [`${core}/policy/date-text.ts`]: 'export const today = Date();',
    [`${core}/policy/chance.ts`]: 'export const luck = Math.random();',
    [`${core}/policy/environment.ts`]: 'export const home = process.env.HOME;',
    [`${core}/policy/imported-process.ts`]: `import { env } from 'node:process';\nexport const home = env.HOME;`,
    [`${core}/policy/id.ts`]: `import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();`,
    [`${core}/policy/all-crypto.ts`]: `import * as crypto from 'node:crypto';\nexport const id = crypto.randomUUID();`,
    [`${core}/policy/web-crypto.ts`]: 'export const id = crypto.randomUUID();',
    [`${core}/policy/timer.ts`]: 'export const timer = setTimeout(() => undefined, 5);',
    'libs/contract/src/now.ts': 'export const now = Date.now();',
    'libs/jws/src/chance.ts': 'export const luck = Math.random();',
    'libs/verifier/src/environment.ts': 'export const scale = process.env.MINTMARK_TIME_SCALE;',
  },
  'mintmark/parameter-schema': {
    [`${controller}/body.ts`]: handler('Body', '()'),
    [`${controller}/uncalled.ts`]: handler('Body', ''),
    [`${controller}/query.ts`]: handler('Query', `('page')`),
    [`${controller}/param.ts`]: handler('Param', `('sku', { schema: undefined })`),
    [`${controller}/payload.ts`]: handler('Payload', '({})'),
    [`${controller}/alias.ts`]: `import { Body as Input } from '@nestjs/common';\nexport class Handler { handle(@Input() input: string) { return input; } }`,
    [`${controller}/namespace.ts`]: `import * as nest from '@nestjs/common';\nexport class Handler { handle(@nest.Query() input: string) { return input; } }`,
    [`${controller}/grpc.ts`]: `import { GrpcMethod } from '@nestjs/microservices';\nexport class Handler { @GrpcMethod('TokenService') issueToken(input: string) { return input; } }`,
  },
  'mintmark/no-default-export': {
    'libs/client/src/by-default.ts': 'export default 1;',
    'libs/client/src/renamed.ts': 'const client = 1;\nexport { client as default };',
  },
  'mintmark/no-barrel': {
    'libs/client/src/all.ts': `export * from './token.ts';`,
    'libs/client/src/some.ts': `export { token } from './token.ts';`,
    'libs/client/src/cache/index.ts': 'export const cache = 1;',
    'apps/token-service/src/index.ts': 'export const main = 1;',
  },
  'mintmark/file-name': {
    'libs/client/src/utils.ts': consume(''),
    'libs/client/src/token-helper.ts': consume(''),
    'libs/client/src/token.utils.ts': consume(''),
    'libs/client/src/common/token.ts': consume(''),
    'libs/client/src/key-manager.ts': consume(''),
    'libs/client/src/client-data.ts': consume(''),
    'libs/client/src/TokenClient.ts': consume(''),
  },
  '@typescript-eslint/no-floating-promises': {
    'libs/client/src/floats.ts': 'const later = () => Promise.resolve(1);\nlater();\nexport {};',
  },
  '@typescript-eslint/no-misused-promises': {
    'libs/client/src/forgot-to-await.ts': 'export const both = (later: Promise<boolean>) => (later ? 1 : 2);',
  },
  '@typescript-eslint/switch-exhaustiveness-check': {
    'libs/client/src/forgets-a-case.ts': `export function size(kind: 'small' | 'large'): number {\n  switch (kind) {\n    case 'small':\n      return 1;\n    default:\n      return 2;\n  }\n}`,
  },
  '@typescript-eslint/no-explicit-any': {
    'libs/client/src/anything.ts': 'export type Anything = any;',
    'libs/client/src/anything.spec.ts': 'export type Anything = any;',
  },
  '@typescript-eslint/no-unsafe-return': {
    'libs/client/src/parses.ts': 'export const parse = (text: string): string => JSON.parse(text);',
  },
  '@typescript-eslint/max-params': {
    'libs/client/src/many.ts':
      'export const sum = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;',
  },
  '@typescript-eslint/naming-convention': {
    'libs/client/src/prefixed.ts': 'export interface IClock {\n  now(): number;\n}',
  },
  'no-warning-comments': {
    'libs/client/src/later.ts': consume('// TODO'),
  },
  'no-restricted-syntax': {
    'libs/client/src/focused.spec.ts': `import { it } from '@jest/globals';\nit.only('runs alone', () => undefined);`,
    'libs/client/src/skipped.spec.ts': `import { describe } from '@jest/globals';\ndescribe.skip('rests', () => undefined);`,
  },
};

/** What the rules allow: proof that none of them refuses everything. */
const allowed: Record<string, string> = {
  [`${core}/policy/date.ts`]: 'export const date = (now: number) => new Date(now).getTime() + Date.UTC(2000, 1);',
  [`${core}/policy/own-process.ts`]: 'export const run = (process: { id: number }) => process.id;',
  [`${core}/policy/digest.ts`]: `import { createHash } from 'node:crypto';\nexport const digest = createHash('sha256');`,
  [`${core}/policy/policy.spec.ts`]: 'export const now = Date.now();',
  'libs/verifier/src/clock.ts': 'export const systemClock = { now: () => Date.now() };',
  'libs/client/src/clock.ts': 'export const now = Date.now();',
  'libs/client/src/index.ts': `export * from './token.ts';`,
  'libs/client/src/token.ts': 'export const token = 1;',
  'libs/client/src/data-directory.ts': consume(''),
  'libs/client/src/stock.grpc-controller.ts': consume(''),
  [`${controller}/schema.ts`]: zod + handler('Body', '({ schema: z.string() })'),
  [`${controller}/keyed-schema.ts`]: zod + handler('Param', `('sku', { schema: z.string() })`),
  [`${controller}/shorthand-schema.ts`]: zod + 'const schema = z.string();\n' + handler('Query', '({ schema })'),
  [`${controller}/message.ts`]:
    zod +
    `import { GrpcMethod, Payload } from '@nestjs/microservices';\nexport class Handler { @GrpcMethod('TokenService') issueToken(@Payload({ schema: z.string() }) input: string) { return input; } }`,
  [`${controller}/other-body.ts`]:
    'const Body = () => () => undefined;\nexport class Handler { handle(@Body() input: string) { return input; } }',
  'libs/proto/src/generated/Wire.ts': 'export default {} as any;',
  'eslint.config.mjs': 'export default [];',
};

describe('lint rules', () => {
  const tree = new PlantedTree();
  const found = new Map<string, string[]>();

  beforeAll(async () => {
    for (const file of ['tsconfig.base.json', 'tsconfig.check.json', 'node_modules']) tree.borrow(file);
    const files = Object.assign({}, allowed, ...Object.values(violations)) as Record<string, string>;
    for (const [path, text] of Object.entries(files)) tree.plant(path, `${text}\n`);
    const linter = new ESLint({ cwd: tree.root, overrideConfigFile: true, overrideConfig: configFor(tree.root) });
    for (const { filePath, messages } of await linter.lintFiles(['apps', 'libs', '*.mjs'])) {
      const rules = messages.map(({ ruleId, message }) => ruleId ?? message);
      found.set(filePath.slice(tree.root.length + 1), [...new Set(rules)]);
    }
  }, 60_000);

  afterAll(() => tree.remove());

  const planted = Object.entries(violations).flatMap(([rule, files]) =>
    Object.keys(files).map((path) => [rule, path] as const),
  );

  it.each(planted)('%s catches %s, and it alone', (rule, path) => {
    expect(found.get(path)).toEqual([rule]);
  });

  it('leave alone what is allowed', () => {
    const faults = Object.keys(allowed).flatMap((path) => (found.get(path) ?? []).map((rule) => `${rule}: ${path}`));
    expect(faults).toEqual([]);
  });

  it('are switched off nowhere without a reason', () => {
    const sources = ['apps', 'libs', 'test', 'scripts'].flatMap((folder) =>
      globSync(`${folder}/**/*.{ts,js,mjs}`, {
        cwd: repositoryRoot,
        exclude: (path) => /node_modules|dist/.test(path),
      }),
    );
    const unexplained = sources.filter((file) =>
      readFileSync(join(repositoryRoot, file), 'utf8')
        .split('\n')
        .some((line) => /(\/\/|\/\*)\s*eslint-disable/.test(line) && !/\s--\s+\S/.test(line)),
    );
    expect(sources).not.toHaveLength(0);
    expect(unexplained).toEqual([]);
  });
});
