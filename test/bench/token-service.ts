import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { provideClientSecret, SAMPLE_CLIENT, SAMPLE_DECLARATION } from '../../scripts/sample.ts';
import { freePorts } from '../../scripts/service-process.ts';
import { basic } from './http-load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { RESULTS } from './report.ts';

const MAIN = 'apps/token-service/dist/main.js';

/** A data directory with a database, keys and one client with a secret. On the disk of the repository: /tmp may be memory. */
export class Installation {
  readonly dataDir: string;
  readonly authorization: string;

  constructor() {
    mkdirSync(RESULTS, { recursive: true });
    this.dataDir = mkdtempSync(join(RESULTS, 'run-'));
    process.once('exit', () => this.remove());
    const secret = readFileSync(provideClientSecret(this.dataDir, this.#settings), 'utf8').trim();
    this.authorization = basic(SAMPLE_CLIENT, secret);
  }

  /** The real process in development mode, as under load: it logs warnings only. */
  async serve(): Promise<{ server: MeasuredProcess; http: string; grpc: string }> {
    const [http, grpc, management] = (await freePorts(3)).map((port) => `127.0.0.1:${port}`) as [
      string,
      string,
      string,
    ];
    const environment = {
      ...this.#settings,
      MINTMARK_LOG_LEVEL: 'warn',
      MINTMARK_HTTP_ADDRESS: http,
      MINTMARK_GRPC_ADDRESS: grpc,
      MINTMARK_MANAGEMENT_ADDRESS: management,
      MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
      MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    };
    const probe = `http://${http}/.well-known/jwks.json`;
    return { server: await MeasuredProcess.start(MAIN, { environment, probe }), http: `http://${http}`, grpc };
  }

  /** The same, timed from the start of the process to its log line `ready`. */
  async start(): Promise<{ server: MeasuredProcess; millis: number }> {
    const begin = performance.now();
    const server = await MeasuredProcess.start(MAIN, { environment: { ...this.#settings, ...ANY_PORT } });
    return { server, millis: performance.now() - begin };
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get #settings(): Record<string, string> {
    return {
      MINTMARK_MODE: 'development',
      MINTMARK_CONFIG: SAMPLE_DECLARATION,
      MINTMARK_DATA_DIR: this.dataDir,
      ...ISSUER,
    };
  }
}

/** The port of the listener changes from start to start, and keys belong to an issuer. */
const ISSUER = { MINTMARK_ISSUER: 'http://127.0.0.1:4000' };

const ANY_PORT = {
  MINTMARK_LOG_LEVEL: 'info',
  MINTMARK_HTTP_ADDRESS: '127.0.0.1:0',
  MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
  MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
  MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
  MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
};
