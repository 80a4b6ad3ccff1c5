import { newSqliteStorage } from '../storage/test-storage.ts';
import { describeCrashes } from './crashes.contract.ts';

describeCrashes('SQLite', newSqliteStorage);
