import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import configuration from '../../.dependency-cruiser.mjs';
import { PlantedTree, repositoryRoot } from './planted-tree.ts';

const issuer = 'apps/token-service/src';
const packages = ['@nestjs/common', '@jest/globals', 'fast-check', 'jose', 'kysely', 'undici', 'yaml'];

/** Rule → files that break it and no other rule, each with the import that does. */
const violations: Record<string, Record<string, string>> = {
  'core-is-plain': {
    [`${issuer}/core/policy/opens-a-file.ts`]: `import { readFileSync } from 'node:fs';`,
    [`${issuer}/core/policy/knows-a-protocol.ts`]: `import type {} from '@mintmark/proto';`,
    [`${issuer}/core/policy/knows-an-adapter.ts`]: `import type {} from '../../adapters/sql/repository.ts';`,
    [`${issuer}/core/policy/brings-a-package.ts`]: `import {} from 'jose';`,
  },
  'core-parses-in-one-place': {
    [`${issuer}/core/policy/parses.ts`]: `import {} from 'yaml';`,
  },
  'model-and-ports-know-no-use-case': {
    [`${issuer}/core/model/knows-a-use-case.ts`]: `import type {} from '../issuance/issue-token.ts';`,
    [`${issuer}/core/ports/knows-a-use-case.ts`]: `import type {} from '../issuance/issue-token.ts';`,
  },
  'adapters-see-only-ports-and-model': {
    [`${issuer}/adapters/sql/knows-a-use-case.ts`]: `import {} from '../../core/issuance/issue-token.ts';`,
    [`${issuer}/adapters/sql/knows-the-settings.ts`]: `import type {} from '../../config/settings.ts';`,
  },
  'adapters-never-see-each-other': {
    [`${issuer}/adapters/sql/reads-the-clock.ts`]: `import {} from '../system/clock.ts';`,
  },
  'transport-never-touches-adapters': {
    [`${issuer}/transport/http/skips-core.ts`]: `import type {} from '../../adapters/sql/repository.ts';`,
  },
  'http-and-grpc-are-strangers': {
    [`${issuer}/transport/http/knows-grpc.ts`]: `import {} from '../grpc/token.controller.ts';`,
    [`${issuer}/transport/grpc/knows-http.ts`]: `import {} from '../http/token.controller.ts';`,
    [`${issuer}/transport/admin/http/knows-grpc.ts`]: `import {} from '../grpc/keys.controller.ts';`,
    [`${issuer}/transport/admin/http/knows-public-grpc.ts`]: `import {} from '../../grpc/token.controller.ts';`,
  },
  'nest-only-at-the-edge': {
    [`${issuer}/adapters/audit/injectable.ts`]: `import { Injectable } from '@nestjs/common';`,
    'apps/consumer-service/src/stock/injectable.ts': `import { Injectable } from '@nestjs/common';`,
    'libs/client/src/injectable.ts': `import type { Injectable } from '@nestjs/common';`,
  },
  'sql-only-in-adapters-sql': {
    [`${issuer}/modules/opens-a-database.ts`]: `import { DatabaseSync } from 'node:sqlite';`,
    [`${issuer}/adapters/audit/asks-a-database.ts`]: `import { sql } from 'kysely';`,
  },
  'apps-never-import-apps': {
    'apps/consumer-service/src/modules/asks-the-issuer.ts': `import {} from '../../../token-service/src/main.ts';`,
  },
  'libs-never-import-apps': {
    'libs/client/src/starts-the-issuer.ts': `import {} from '../../../apps/token-service/src/main.ts';`,
  },
  'cli-and-console-use-only-admin-client-and-contract': {
    'apps/cli/src/commands/verify.ts': `import {} from '@mintmark/verifier';`,
    'apps/console/src/sign.ts': `import {} from '@mintmark/jws';`,
  },
  'verifier-stays-small': {
    'libs/verifier/src/fetches-by-a-package.ts': `import { fetch } from 'undici';`,
    'libs/verifier/src/obtains-tokens.ts': `import type {} from '@mintmark/client';`,
  },
  'contract-depends-on-nothing': {
    'libs/contract/src/hashes.ts': `import { createHash } from 'node:crypto';`,
  },
  'production-never-imports-tests': {
    'libs/client/src/fakes-time.ts': `import {} from '@mintmark/testing';`,
    'libs/client/src/reads-a-fixture.ts': `import {} from '../test/token-endpoint.ts';`,
    'libs/client/src/reads-a-spec.ts': `import {} from './token-client.spec.ts';`,
    [`${issuer}/modules/borrows.ts`]: `import {} from '../../../../test/architecture/planted-tree.ts';`,
    [`${issuer}/modules/generates.ts`]: `import {} from 'fast-check';`,
  },
  'packages-are-declared': {
    'libs/jws/src/hoists.ts': `import {} from 'undici';`,
  },
  'no-cycles': {
    'libs/client/src/chicken.ts': `import type {} from './egg.ts';`,
  },
  'everything-resolves': {
    'libs/client/src/dangles.ts': `import {} from './nowhere.ts';`,
  },
};

/** What the rules allow: proof that none of them refuses everything. */
const allowed: Record<string, string> = {
  [`${issuer}/core/issuance/issue-token.ts`]: `import {} from '../model/client.ts'; import {} from '@mintmark/contract'; import { createHash } from 'node:crypto';`,
  [`${issuer}/core/issuance/issue-token.spec.ts`]: `import {} from './issue-token.ts'; import {} from '@mintmark/testing'; import {} from 'fast-check';`,
  [`${issuer}/core/model/client.ts`]: `import {} from '@mintmark/jws';`,
  [`${issuer}/adapters/sql/repository.ts`]: `import {} from 'kysely'; import {} from 'node:sqlite'; import type {} from '../../core/model/client.ts';`,
  [`${issuer}/adapters/system/clock.ts`]: 'export {};',
  [`${issuer}/config/settings.ts`]: 'export {};',
  [`${issuer}/transport/grpc/token.controller.ts`]: `import {} from '@nestjs/common'; import {} from '../../core/issuance/issue-token.ts';`,
  [`${issuer}/transport/http/token.controller.ts`]: `import {} from '@nestjs/common'; import {} from '../../core/issuance/issue-token.ts';`,
  [`${issuer}/transport/admin/grpc/keys.controller.ts`]: 'export {};',
  [`${issuer}/main.ts`]: `import {} from '@nestjs/common'; import {} from './adapters/sql/repository.ts';`,
  'apps/cli/src/main.ts': `import {} from '@mintmark/admin-client'; import {} from '@mintmark/contract';`,
  'libs/verifier-nest/src/guard.ts': `import {} from '@nestjs/common'; import {} from '@mintmark/verifier';`,
  'libs/verifier/src/verify.ts': `import {} from 'jose'; import {} from 'node:crypto'; import {} from '@mintmark/jws';`,
  'libs/client/src/egg.ts': `import type {} from './chicken.ts';`, // a cycle is told once, at its first file
  'libs/client/src/token-client.spec.ts': `import { it } from '@jest/globals'; import {} from '@mintmark/testing';`,
  'libs/client/test/token-endpoint.ts': `import { it } from '@jest/globals'; import {} from '@mintmark/testing';`,
  'test/architecture/planted-tree.ts': 'export {};',
};

const libraries = ['admin-client', 'client', 'contract', 'jws', 'proto', 'testing', 'verifier', 'verifier-nest'];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

function violationsIn(root: string, folders: readonly string[]): Violation[] {
  const cruiser = join(repositoryRoot, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(repositoryRoot, '.dependency-cruiser.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [cruiser, '--config', config, '-T', 'json', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (!stdout) throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[]; totalCruised: number } };
  if (summary.totalCruised === 0) throw new Error(`nothing cruised in ${root}`);
  return summary.violations;
}

describe('dependency rules', () => {
  const tree = new PlantedTree();
  let found: string[];

  beforeAll(() => {
    for (const name of packages) tree.installed(name);
    for (const library of libraries) {
      const declared = packages.filter((name) => !(library === 'jws' && name === 'undici'));
      tree.workspace(`libs/${library}`, declared);
    }
    for (const app of ['token-service', 'consumer-service', 'cli', 'console']) tree.workspace(`apps/${app}`, packages);
    const files = Object.assign({}, allowed, ...Object.values(violations)) as Record<string, string>;
    for (const [path, text] of Object.entries(files)) tree.plant(path, `${text}\n`);
    found = violationsIn(tree.root, ['apps', 'libs', 'test']).map(({ rule, from }) => `${rule.name}: ${from}`);
  });

  afterAll(() => tree.remove());

  it.each(configuration.forbidden.map(({ name }) => name))('%s catches what was planted, and it alone', (name) => {
    const planted = Object.keys(violations[name] ?? {});
    expect(planted).not.toHaveLength(0);
    const caught = found.filter((line) => planted.some((path) => line.endsWith(`: ${path}`)));
    expect(caught.sort()).toEqual(planted.map((path) => `${name}: ${path}`).sort());
  });

  it('leave alone what is allowed', () => {
    const planted = Object.values(violations).flatMap((files) => Object.keys(files));
    expect(found.filter((line) => !planted.some((path) => line.endsWith(`: ${path}`)))).toEqual([]);
  });

  it('hold in this repository', () => {
    const violated = violationsIn(repositoryRoot, ['apps', 'libs', 'test', 'scripts']);
    expect(violated.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });
});
