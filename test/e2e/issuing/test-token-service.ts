import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { formatAddress } from '@mintmark/service-nest';
import { loadConfig } from '../../../apps/token-service/src/config/load-config.ts';
import { startTokenService, type TokenService } from '../../../apps/token-service/src/modules/token-service.ts';
import { freePorts } from '../../../scripts/service-process.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));
const CLIENTS = ['orders', 'reports', 'idle', 'closed'];

interface Options {
  readonly issuerPath?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The real service, in this process, on free ports and fresh data. */
export interface TestTokenService {
  readonly issuer: string;
  /** Base URLs, and an address for gRPC. */
  readonly http: string;
  readonly management: string;
  readonly grpc: string;
  readonly dataDir: string;
  readonly core: TokenService['core'];
  secretOf(client: string, index?: number): string;
  /** Gives the client one more secret. */
  addSecret(client: string): Promise<void>;
  logLines(): readonly string[];
  stop(): Promise<void>;
}

export async function startTestTokenService({
  issuerPath = '',
  settings = {},
}: Options = {}): Promise<TestTokenService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-test-'));
  const [port] = await freePorts(1);
  const config = loadConfig({
    MINTMARK_MODE: 'development',
    MINTMARK_DATA_DIR: dataDir,
    MINTMARK_CONFIG: DECLARATION,
    MINTMARK_ISSUER: `http://127.0.0.1:${port}${issuerPath}`,
    MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}`,
    MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
    MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    ...settings,
  });
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const service = await startTokenService(config, pino({ level: 'info' }, sink));
  const secrets = new Map<string, string[]>(CLIENTS.map((client) => [client, []]));
  const addSecret = async (clientId: string) => {
    const outcome = await service.core.generateClientSecret.execute({ clientId, actor: 'test' });
    if (!outcome.ok) throw new Error(outcome.message);
    secrets.get(clientId)?.push(outcome.secret);
  };
  for (const client of CLIENTS) await addSecret(client);
  return {
    issuer: config.issuer,
    http: `http://${formatAddress(service.addresses.http)}`,
    management: `http://${formatAddress(service.addresses.management)}`,
    grpc: formatAddress(service.addresses.grpc),
    dataDir,
    core: service.core,
    secretOf: (client, index = 0) => secrets.get(client)?.[index] ?? '',
    addSecret,
    logLines: () => lines,
    stop: async () => {
      await service.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
