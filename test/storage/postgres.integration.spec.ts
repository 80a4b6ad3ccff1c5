import { afterAll, beforeAll } from '@jest/globals';
import { describeCrashes } from '../keys/crashes.contract.ts';
import { describeRaces } from '../keys/races.contract.ts';
import { describeRegistryRepository } from '../registry/registry-repository.contract.ts';
import { describeKeyRepository } from './key-repository.contract.ts';
import { describeMigrations } from './migrations.contract.ts';
import { PostgresStorages } from './postgres-storage.ts';
import { describeRevocationStore } from './revocation-store.contract.ts';
import { describeSchema } from './schema.contract.ts';
import { describeStores } from './stores.contract.ts';

let storages: PostgresStorages;
beforeAll(async () => (storages = await PostgresStorages.start()), 60_000);
afterAll(() => storages.stop());

const newStorage = () => storages.add();

describeMigrations('PostgreSQL', () => storages.add('template1'));
describeSchema('PostgreSQL', newStorage);
describeStores('PostgreSQL', newStorage);
describeKeyRepository('PostgreSQL', newStorage);
describeRegistryRepository('PostgreSQL', newStorage);
describeRevocationStore('PostgreSQL', newStorage);
describeRaces('PostgreSQL', newStorage);
describeCrashes('PostgreSQL', newStorage);
