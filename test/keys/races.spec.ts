import { newSqliteStorage } from '../storage/test-storage.ts';
import { describeRaces } from './races.contract.ts';

describeRaces('SQLite', newSqliteStorage);
