import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { formatAddress } from '@mintmark/service-nest';
import { loadConfig } from '../../apps/token-service/src/config/load-config.ts';
import { startTokenService, type TokenService } from '../../apps/token-service/src/modules/token-service.ts';
import { freePorts } from '../../scripts/service-process.ts';

interface Options {
  readonly issuerPath?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What no setting changes. */
  readonly pollSeconds?: number | undefined;
  /** Kept when the service stops, so that it can be started on it again. */
  readonly dataDir?: string | undefined;
}

/** The real service, in this process, on free ports. */
export interface RunningService {
  readonly issuer: string;
  /** Base URLs, and addresses for gRPC. */
  readonly http: string;
  readonly management: string;
  readonly admin: string;
  readonly grpc: string;
  readonly adminGrpc: string;
  readonly dataDir: string;
  readonly core: TokenService['core'];
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

export async function startRunningService(options: Options = {}): Promise<RunningService> {
  const { issuerPath = '', settings = {}, dataDir = mkdtempSync(join(tmpdir(), 'mintmark-test-')) } = options;
  const [port] = await freePorts(1);
  const loaded = loadConfig({
    MINTMARK_MODE: 'development',
    MINTMARK_DATA_DIR: dataDir,
    MINTMARK_ISSUER: `http://127.0.0.1:${port}${issuerPath}`,
    MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}`,
    MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
    MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    ...settings,
  });
  const { pollSeconds = loaded.timing.pollSeconds } = options;
  const config = { ...loaded, timing: { ...loaded.timing, pollSeconds } };
  const logLines: string[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    logLines.push(chunk.toString());
    done();
  };
  const { addresses, core, stop } = await startTokenService(config, pino({ level: 'info' }, new Writable({ write })));
  return {
    issuer: config.issuer,
    http: `http://${formatAddress(addresses.http)}`,
    management: `http://${formatAddress(addresses.management)}`,
    admin: `http://${formatAddress(addresses.admin)}`,
    grpc: formatAddress(addresses.grpc),
    adminGrpc: formatAddress(addresses.adminGrpc),
    ...{ dataDir, core, logLines },
    stop: async () => {
      await stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
