import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, ServiceProcess } from '../../scripts/service-process.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface ReplicaOptions {
  readonly name: string;
  /** Its own data directory is made in here. */
  readonly folder: string;
  readonly databasePort: number;
  /** @param port where this replica finds the database */
  readonly databaseUrl: (port: number) => string;
  /** Of all replicas alike. */
  readonly settings: Readonly<Record<string, string>>;
  readonly onLine?: (replica: string, line: string) => void;
}

/** One token-service process that can be killed, stopped and cut off from the database, and comes back at the same place. */
export class Replica {
  readonly name: string;
  readonly dataDir: string;
  /** Between this replica and the database. */
  readonly database: TcpProxy;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly managementUrl: string;
  readonly adminPort: number;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #onLine: (line: string) => void;
  #process: ServiceProcess | undefined;
  #paused = false;

  private constructor(options: ReplicaOptions, database: TcpProxy, ports: readonly number[]) {
    const [http = 0, grpc = 0, management = 0, admin = 0, adminGrpc = 0] = ports;
    this.name = options.name;
    this.dataDir = join(options.folder, options.name);
    this.database = database;
    this.httpPort = http;
    this.grpcPort = grpc;
    this.managementUrl = `http://127.0.0.1:${management}`;
    this.adminPort = admin;
    this.#onLine = (line) => options.onLine?.(this.name, line);
    this.#settings = {
      ...options.settings,
      MINTMARK_DATA_DIR: this.dataDir,
      MINTMARK_DATABASE_URL: options.databaseUrl(database.port),
      MINTMARK_HTTP_ADDRESS: `127.0.0.1:${http}`,
      MINTMARK_GRPC_ADDRESS: `127.0.0.1:${grpc}`,
      MINTMARK_MANAGEMENT_ADDRESS: `127.0.0.1:${management}`,
      MINTMARK_ADMIN_ADDRESS: `127.0.0.1:${admin}`,
      MINTMARK_ADMIN_GRPC_ADDRESS: `127.0.0.1:${adminGrpc}`,
    };
  }

  /** Not started yet. */
  static async create(options: ReplicaOptions): Promise<Replica> {
    const database = await TcpProxy.start(() => [options.databasePort]);
    const replica = new Replica(options, database, await freePorts(5));
    mkdirSync(replica.dataDir, { recursive: true, mode: 0o700 });
    return replica;
  }

  /** @throws Error with what the process printed, if it does not come up */
  async start(): Promise<void> {
    this.#process = await ServiceProcess.start({
      name: 'token-service',
      environment: this.#settings,
      onLine: this.#onLine,
      readyWithinSeconds: 60,
    });
  }

  /** Whether there is a process, and it is not stopped. */
  get running(): boolean {
    return this.#process !== undefined && !this.#process.exited && !this.#paused;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.stop('SIGKILL');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#paused) this.resume();
    await this.#process?.stop(signal, 20);
  }

  /** SIGSTOP: alive, connected, and doing nothing. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
    this.#paused = true;
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
    this.#paused = false;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.database.close();
  }
}
