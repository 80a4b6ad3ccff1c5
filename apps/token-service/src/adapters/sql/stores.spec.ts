import { describeStores } from '../../../../../test/storage/stores.contract.ts';
import { newSqliteStorage } from '../../../../../test/storage/test-storage.ts';

describeStores('SQLite', newSqliteStorage);
