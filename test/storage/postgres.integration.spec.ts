import { afterAll, beforeAll } from '@jest/globals';
import { describeCrashes } from '../keys/crashes.contract.ts';
import { describeRaces } from '../keys/races.contract.ts';
import { describeRegistryRepository } from '../registry/registry-repository.contract.ts';
import { describeKeyRepository } from './key-repository.contract.ts';
import { PostgresStorages } from './postgres-storage.ts';

let storages: PostgresStorages;
beforeAll(async () => (storages = await PostgresStorages.start()), 60_000);
afterAll(() => storages.stop());

const newStorage = () => storages.add();

describeKeyRepository('PostgreSQL', newStorage);
describeRegistryRepository('PostgreSQL', newStorage);
describeRaces('PostgreSQL', newStorage);
describeCrashes('PostgreSQL', newStorage);
