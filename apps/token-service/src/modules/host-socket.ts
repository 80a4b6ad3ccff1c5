import { chmodSync, lstatSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/load-config.ts';
import { RequestError } from '../core/model/errors.ts';
import { AdminErrorFilter } from '../transport/admin/http/admin-error.filter.ts';
import type { Core } from './core.ts';
import { HostModule } from './host.module.ts';
import { directoryDefect, socketDefect } from './socket-rights.ts';

/** Name of the socket in the data directory. */
export const HOST_SOCKET = 'admin.sock';

/** The socket for the verbs of the host could not be opened safely. The message says why and what to do. */
export class HostSocketError extends Error {
  override readonly name = 'HostSocketError';
}

/** The Unix socket that only the user of the service may use. It answers nobody once that is no longer so. */
export class HostSocket {
  readonly #app: NestFastifyApplication;

  private constructor(app: NestFastifyApplication) {
    this.#app = app;
  }

  /** @throws HostSocketError */
  static async open({ dataDir }: Config, core: Core): Promise<HostSocket> {
    // The rights of a link say nothing of those of the directory it leads to.
    const directory = realpathSync(dataDir);
    const path = join(directory, HOST_SOCKET);
    // Until its mode is set, the socket is protected by that of its directory.
    const defect = directoryDefect(directory);
    if (defect) throw new HostSocketError(defect);
    removeLeftover(path);
    const errors = new AdminErrorFilter(core.requestLog);
    const adapter = new FastifyAdapter({ bodyLimit: 16 * 1024, genReqId: () => core.ids.next() });
    const app = await NestFactory.create<NestFastifyApplication>(HostModule.serving(core.administration), adapter, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    app.useGlobalFilters(errors);
    const fastify = adapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply, next) => {
      const found = socketDefect(path);
      if (found === undefined) next();
      else errors.answer(new RequestError('HOST_SOCKET_UNSAFE', found), request, reply);
    });
    await app.init();
    try {
      await fastify.listen({ path });
    } catch (error) {
      await app.close();
      throw new HostSocketError(unopened(path, error));
    }
    chmodSync(path, 0o600);
    return new HostSocket(app);
  }

  async close(): Promise<void> {
    await this.#app.close();
  }
}

/** `sockaddr_un.sun_path` without its end, in bytes: unix(7). */
const LONGEST_PATH = 107;

function unopened(path: string, error: unknown): string {
  const remedy =
    Buffer.byteLength(path) > LONGEST_PATH
      ? `A socket's path has at most ${LONGEST_PATH} bytes: name a shorter directory in MINTMARK_DATA_DIR.`
      : 'Keep the data directory on a file system that has sockets.';
  return `${path} cannot be opened (${(error as NodeJS.ErrnoException).code}). ${remedy}`;
}

/** Of a process that was killed. That no other is running on the directory, its lock has made sure of. */
function removeLeftover(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new HostSocketError(`${path} is not a socket. Move away what is there.`);
  rmSync(path);
}
