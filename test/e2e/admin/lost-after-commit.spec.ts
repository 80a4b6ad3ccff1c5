import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqlRegistryRepository } from '../../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { SqlSecretUses } from '../../../apps/token-service/src/adapters/sql/secret-uses.ts';
import { nothingWasChanged } from '../../../apps/token-service/src/adapters/sql/storage-unavailable.ts';
import { adminToken, startAdminService, type AdminService } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

let service: AdminService;
beforeAll(async () => (service = await startAdminService({ bare: true })));
afterAll(() => service?.stop());

/** Every look at the registry fails from the next change on. */
function loseAfterwards(): void {
  const transact = SqlRegistryRepository.prototype.transact;
  const transactClient = SqlRegistryRepository.prototype.transactClient;
  const lose = <Result>(result: Result): Result => {
    const lost = nothingWasChanged(new Error('connection lost'));
    jest.spyOn(SqlRegistryRepository.prototype, 'version').mockRejectedValue(lost);
    jest.spyOn(SqlRegistryRepository.prototype, 'load').mockRejectedValue(lost);
    jest.spyOn(SqlSecretUses.prototype, 'of').mockRejectedValue(lost);
    return result;
  };
  jest.spyOn(SqlRegistryRepository.prototype, 'transact').mockImplementation(async function (
    this: SqlRegistryRepository,
    decide,
  ) {
    return lose(await transact.call(this, decide));
  });
  jest.spyOn(SqlRegistryRepository.prototype, 'transactClient').mockImplementation(async function (
    this: SqlRegistryRepository,
    ...change
  ) {
    return lose(await transactClient.apply(this, change));
  });
}

const outcomes = () =>
  readFileSync(join(service.dataDir, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => event === 'operator.action')
    .map(({ action, outcome }) => [action, outcome].join(' '));

/** The registry can be read again, and the next poll serves what was done. */
async function untilServed(version: number): Promise<void> {
  jest.restoreAllMocks();
  while (service.core.registry.snapshot().version === version) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('what is done before the database is lost is told as done', () => {
  let token: string;
  let version: number;
  beforeEach(() => {
    version = service.core.registry.snapshot().version;
    loseAfterwards();
  });
  afterEach(() => untilServed(version));

  it('bootstrap', async () => {
    const { status, body } = await service.host('/host/v1/bootstrap', { operator: 'operator' });
    expect([status, outcomes()]).toEqual([201, ['bootstrap begun', 'bootstrap done']]);
    await untilServed(version);
    token = await adminToken(service.http, { id: 'operator', secret: String(body['secret']) });
  });

  it.each<[string, string, string, object, number]>([
    ['clients create', 'client.create', '/clients', { id: 'reports' }, 201],
    ['apply', 'registry.apply', '/registry/apply', { declaration: DECLARATION, base_version: 2 }, 200],
    ['clients disable', 'client.disable', '/clients/orders/disable', {}, 200],
    ['clients enable', 'client.enable', '/clients/orders/enable', {}, 200],
    ['clients rotate-credential', 'credential.rotate', '/clients/orders/secrets', {}, 201],
  ])('%s', async (_, action, path, body, status) => {
    const answer = await service.call('POST', `/admin/v1${path}`, { token, body });
    expect([answer.status, outcomes().slice(-2)]).toEqual([status, [`${action} begun`, `${action} done`]]);
  });

  it('a secret made on the host', async () => {
    const { status } = await service.host('/host/v1/clients/reports/secrets', {});
    expect([status, outcomes().slice(-2)]).toEqual([201, ['credential.rotate begun', 'credential.rotate done']]);
  });
});
