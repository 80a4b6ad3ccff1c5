import type { Logger } from 'pino';
import { listening, type Address } from '@mintmark/service-nest';
import type { Config } from '../config/load-config.ts';
import { startAdminGrpc, startAdminHttp } from './admin-listeners.ts';
import { openCore, type Core } from './core.ts';
import { HostSocket, HostSocketError } from './host-socket.ts';
import { startManagement, startPublicGrpc, startPublicHttp } from './listeners.ts';

export interface TokenService {
  readonly addresses: {
    readonly http: Address;
    readonly grpc: Address;
    readonly management: Address;
    readonly admin: Address;
    readonly adminGrpc: Address;
    readonly mtlsHttp?: Address;
    readonly mtlsGrpc?: Address;
  };
  readonly core: Core;
  /** Says no to probes, finishes what is in flight, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts the service: stores first, keys next, listeners last.
 * @throws Error whose message says what to mend; then nothing is left open
 */
export async function startTokenService(config: Config, logger: Logger): Promise<TokenService> {
  const opened = new AsyncDisposableStack();
  try {
    const core = await openCore(config, logger, opened);
    const management = await listening('MINTMARK_MANAGEMENT_ADDRESS', config.management, () =>
      startManagement(config, core),
    );
    opened.defer(() => management.close());
    const admin = await listening('MINTMARK_ADMIN_ADDRESS', config.admin, () => startAdminHttp(config, core, logger));
    opened.defer(() => admin.close());
    const adminGrpc = await listening('MINTMARK_ADMIN_GRPC_ADDRESS', config.adminGrpc, () =>
      startAdminGrpc(config, core, logger),
    );
    opened.defer(() => adminGrpc.close());
    const socket = await openHostSocket(config, core, logger);
    if (socket) opened.defer(() => socket.close());
    const mutualTls = await startMutualTls(config, core, opened);
    const grpc = await listening('MINTMARK_GRPC_ADDRESS', config.grpc, () => startPublicGrpc(config, core));
    opened.defer(() => grpc.close());
    opened.defer(() => core.keySetWatch.stop());
    const http = await listening('MINTMARK_HTTP_ADDRESS', config.http, () => startPublicHttp(config, core));
    opened.defer(() => http.close());
    opened.defer(() => core.readiness.stop());
    return {
      addresses: {
        http: http.address,
        grpc: { ...config.grpc, port: grpc.port },
        management: management.address,
        admin: admin.address,
        adminGrpc: { ...config.adminGrpc, port: adminGrpc.port },
        ...mutualTls,
      },
      core,
      stop: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** The same service on the listeners that ask clients for a certificate. */
async function startMutualTls(
  { mutualTls, ...config }: Config,
  core: Core,
  opened: AsyncDisposableStack,
): Promise<{ mtlsHttp?: Address; mtlsGrpc?: Address }> {
  const { tlsFiles: files } = core;
  if (!mutualTls || !files) return {};
  const { http, grpc } = mutualTls;
  const whole = { ...config, mutualTls };
  const addresses: { mtlsHttp?: Address; mtlsGrpc?: Address } = {};
  if (grpc) {
    const start = () => startPublicGrpc(whole, core, { address: grpc, files });
    const listener = await listening('MINTMARK_MTLS_GRPC_ADDRESS', grpc, start);
    opened.defer(() => listener.close());
    addresses.mtlsGrpc = { ...grpc, port: listener.port };
  }
  if (http) {
    const start = () => startPublicHttp(whole, core, { address: http, files });
    const listener = await listening('MINTMARK_MTLS_HTTP_ADDRESS', http, start);
    opened.defer(() => listener.close());
    addresses.mtlsHttp = listener.address;
  }
  return addresses;
}

/** Without the socket the service goes on: issuing must not wait for the rights of a directory. */
async function openHostSocket(config: Config, core: Core, logger: Logger): Promise<HostSocket | undefined> {
  try {
    return await HostSocket.open(config, core);
  } catch (error) {
    if (!(error instanceof HostSocketError)) throw error;
    logger.error({ reason: error.message }, 'no socket for the verbs of the host');
    return undefined;
  }
}
