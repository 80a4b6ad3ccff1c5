import { describeRevocationStore } from '../../../../../test/storage/revocation-store.contract.ts';
import { newSqliteStorage } from '../../../../../test/storage/test-storage.ts';

describeRevocationStore('SQLite', newSqliteStorage);
