import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { formatAddress } from '@mintmark/service-nest';
import { SqlRegistryRepository } from '../../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { loadConfig } from '../../../apps/token-service/src/config/load-config.ts';
import { startTokenService } from '../../../apps/token-service/src/modules/token-service.ts';
import type { ProxyHeader } from '../../../apps/token-service/src/transport/certificates/forwarded-certificate.ts';
import { freePorts } from '../../../scripts/service-process.ts';
import type { Listeners } from '../../clients/attempt.ts';
import type { Scene } from '../../clients/catalogue/case.ts';
import { World } from '../../clients/world.ts';

export interface TestClients extends Scene {
  readonly listeners: Listeners;
  readonly service: Awaited<ReturnType<typeof startTokenService>>;
  /** The audit line of a request. */
  auditOf(requestId: string | undefined): Record<string, unknown> | undefined;
  logLines(): readonly string[];
  stop(): Promise<void>;
}

/** The real service in this process, with clients of every kind. */
export async function startTestClients(proxyHeader?: ProxyHeader): Promise<TestClients> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-test-'));
  const [port] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  const world = await World.create(issuer);
  const config = loadConfig({
    MINTMARK_MODE: 'development',
    MINTMARK_DATA_DIR: dataDir,
    MINTMARK_ISSUER: issuer,
    MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}`,
    MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
    MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    ...world.settings(proxyHeader),
  });
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  const service = await startTokenService(config, pino({ level: 'info' }, sink));
  const ready = Date.now();
  const { database, administration } = service.core;
  const repository = new SqlRegistryRepository(database);
  const secrets = await world.makeSecrets({ hostSecret: administration.hostSecret, repository });
  const { http, grpc, mtlsHttp = http, mtlsGrpc = grpc } = service.addresses;
  // What was issued before the guard in the process remembers anything is not decided; `iat` is in whole seconds.
  await delay(Math.max(0, ready + 3_500 - Date.now()));
  return {
    world,
    service,
    listeners: {
      http: `http://${formatAddress(http)}`,
      grpc: formatAddress(grpc),
      mtlsHttp: `https://${formatAddress(mtlsHttp)}`,
      mtlsGrpc: formatAddress(mtlsGrpc),
      authority: world.authority.certificate,
    },
    secretOf: (client) => secrets.get(client) ?? '',
    auditOf: (requestId) =>
      readFileSync(join(dataDir, 'audit.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find((line) => line['requestId'] === requestId),
    logLines: () => lines,
    stop: async () => {
      await service.stop();
      await world.stop();
      rmSync(dataDir, { recursive: true, force: true });
      rmSync(world.directory, { recursive: true, force: true });
    },
  };
}
