import type { Logger } from 'pino';
import { listening, type Address } from '@mintmark/service-nest';
import type { Config } from '../config/load-config.ts';
import { openCore, type Core } from './core.ts';
import { startManagement, startPublicGrpc, startPublicHttp } from './listeners.ts';

export interface TokenService {
  readonly addresses: { readonly http: Address; readonly grpc: Address; readonly management: Address };
  readonly core: Core;
  /** Says no to probes, finishes what is in flight, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts the service: stores first, keys next, listeners last.
 * @throws Error whose message says what to mend; then nothing is left open
 */
export async function startTokenService(config: Config, logger: Logger): Promise<TokenService> {
  const core = await openCore(config, logger);
  const closers: (() => Promise<void>)[] = [() => core.close()];
  const stop = async () => {
    core.readiness.stop();
    for (const close of closers.toReversed()) await close();
  };
  try {
    const management = await listening('MINTMARK_MANAGEMENT_ADDRESS', config.management, () =>
      startManagement(config, core),
    );
    closers.push(() => management.close());
    const grpc = await listening('MINTMARK_GRPC_ADDRESS', config.grpc, () => startPublicGrpc(config, core));
    closers.push(() => grpc.close());
    const http = await listening('MINTMARK_HTTP_ADDRESS', config.http, () => startPublicHttp(config, core));
    closers.push(() => http.close());
    return {
      addresses: { http: http.address, grpc: { ...config.grpc, port: grpc.port }, management: management.address },
      core,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
