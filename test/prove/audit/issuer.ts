// The real token service on one data directory, started again and again.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CLIENTS = ['orders', 'auditor'] as const;
export type ClientId = (typeof CLIENTS)[number];

export interface Addresses {
  readonly http: string;
  readonly grpc: string;
  readonly admin: string;
}

export class Issuer {
  readonly dataDir: string;
  readonly addresses: Addresses;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #preloads: readonly URL[];

  private constructor(dataDir: string, ports: readonly number[], preloads: readonly URL[]) {
    const [http = '', grpc = '', management = '', admin = '', adminGrpc = ''] = ports.map(
      (port) => `127.0.0.1:${port}`,
    );
    this.dataDir = dataDir;
    this.addresses = { http, grpc, admin };
    this.#preloads = preloads;
    this.#settings = {
      MINTMARK_MODE: 'development',
      MINTMARK_DATA_DIR: dataDir,
      MINTMARK_CONFIG: fileURLToPath(new URL('declaration.yaml', import.meta.url)),
      MINTMARK_HTTP_ADDRESS: http,
      MINTMARK_GRPC_ADDRESS: grpc,
      MINTMARK_MANAGEMENT_ADDRESS: management,
      MINTMARK_ADMIN_ADDRESS: admin,
      MINTMARK_ADMIN_GRPC_ADDRESS: adminGrpc,
      MINTMARK_LOG_LEVEL: 'info',
    };
  }

  /** @param preloads modules every process loads before its own code */
  static async create(dataDir: string, preloads: readonly URL[]): Promise<Issuer> {
    const issuer = new Issuer(dataDir, await freePorts(5), preloads);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    for (const client of CLIENTS) issuer.#generateSecret(client);
    return issuer;
  }

  /** The same on a copy of the data directory. Only while no process runs on it. */
  async copy(dataDir: string): Promise<Issuer> {
    cpSync(this.dataDir, dataDir, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    return new Issuer(dataDir, await freePorts(5), this.#preloads);
  }

  /** @throws Error with what the process printed, if it does not come up */
  start(...more: readonly URL[]): Promise<ServiceProcess> {
    const preloads = [...more, ...this.#preloads].map(({ href }) => `--import=${href}`);
    const options = [process.env['NODE_OPTIONS'], '--disable-warning=ExperimentalWarning', ...preloads];
    const environment = { ...this.#settings, NODE_OPTIONS: options.filter(Boolean).join(' ') };
    return ServiceProcess.start({ name: 'token-service', environment, readyWithinSeconds: 60 });
  }

  get auditFile(): string {
    return join(this.dataDir, 'audit.jsonl');
  }

  get databaseFile(): string {
    return join(this.dataDir, 'mintmark.db');
  }

  secretOf(client: ClientId): string {
    return readFileSync(this.#secretFile(client), 'utf8').trim();
  }

  #secretFile(client: ClientId): string {
    return join(this.dataDir, `${client}.secret`);
  }

  #generateSecret(client: ClientId): void {
    const verb = join(root, 'apps/token-service/dist/generate-client-secret.js');
    execFileSync(process.execPath, [verb, client, '--to', this.#secretFile(client)], {
      cwd: root,
      env: { ...process.env, ...this.#settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}
