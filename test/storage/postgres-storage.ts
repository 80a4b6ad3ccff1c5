import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import type { TestStorage } from './test-storage.ts';

const TEMPLATE = 'template_mintmark';

/** A server of its own for one test file, on which a new installation is the copy of a template. */
export class PostgresStorages {
  readonly server: PostgresServer;
  #databases = 0;

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async start(): Promise<PostgresStorages> {
    const storages = new PostgresStorages(await PostgresServer.start({ fsync: false }));
    await storages.server.run(`create database ${TEMPLATE} owner mintmark`);
    await (await storages.open(TEMPLATE)).close();
    return storages;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Ends every connection to our databases, as an operator or a failing server would. */
  async endConnections(): Promise<void> {
    await this.server.run(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'mintmark'`);
  }

  /** A new installation. */
  async add(template = TEMPLATE): Promise<TestStorage> {
    const name = await this.addDatabase(template);
    const opened: Database[] = [];
    return {
      connect: async ({ clock, ...options } = {}) => {
        const database = await this.open(name, options);
        opened.push(database);
        return clock ? withClock(database, clock) : database;
      },
      copy: () => this.add(name),
      close: async () => {
        await Promise.all(opened.map((database) => database.close()));
        await this.server.run(`drop database ${name} with (force)`);
      },
    };
  }

  /** @returns its name */
  async addDatabase(template = 'template1'): Promise<string> {
    const name = `installation_${(this.#databases += 1)}`;
    await this.server.run(`create database ${name} template ${template} owner mintmark`);
    return name;
  }

  open(name: string, options: Partial<Parameters<typeof openDatabase>[0]> = {}): Promise<Database> {
    const { passwordFile } = this.server;
    const { observe, ...rest } = options;
    let seen = (_statement: string): void => undefined;
    const opening = openDatabase({
      url: this.server.url(name),
      passwordFile,
      clock: systemClock,
      observe: (statement) => seen(statement),
      ...rest,
    });
    return opening.then((database) => {
      seen = observe ?? seen;
      return database;
    });
  }
}

/** The server's own clock cannot be moved, so that of a test takes its place, and that of the machine with it. */
function withClock(database: Database, clock: Clock): Database {
  return { ...database, clock, dialect: { ...database.dialect, databaseTime: () => Promise.resolve(clock.now()) } };
}
