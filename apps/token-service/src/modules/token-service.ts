import type { Logger } from 'pino';
import type { Address } from '../config/address.ts';
import type { Config } from '../config/load-config.ts';
import { openCore, type Core } from './core.ts';
import { listening } from './listen-error.ts';
import { startManagement, startPublicGrpc, startPublicHttp } from './listeners.ts';

/** Calls still open after this are cut off. */
const DRAIN_SECONDS = 10;

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
    closers.push(() => grpc.drain(DRAIN_SECONDS));
    const http = await listening('MINTMARK_HTTP_ADDRESS', config.http, () => startPublicHttp(config, core));
    closers.push(() => http.close());
    return { addresses: { http: http.address, grpc: grpc.address, management: management.address }, core, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
