import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../../../apps/token-service/src/config/load-config.ts';
import { openRegistryOnly } from '../../../apps/token-service/src/modules/registry-only.ts';
import {
  PROXY_HEADERS,
  type ProxyHeader,
} from '../../../apps/token-service/src/transport/certificates/forwarded-certificate.ts';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { RedisServer } from '../../../scripts/servers/redis.ts';
import type { Listeners } from '../../clients/attempt.ts';
import { World } from '../../clients/world.ts';
import { preloading } from '../services.ts';

/** A token service, and what it writes down. */
export interface Subject {
  readonly proxyHeader: ProxyHeader;
  readonly listeners: Listeners;
  readonly secrets: ReadonlyMap<string, string>;
  auditOf(requestId: string | undefined): Record<string, unknown> | undefined;
}

export interface Subjects extends AsyncDisposable {
  readonly world: World;
  readonly all: readonly Subject[];
  readonly printed: readonly string[];
  /** When the first of them reached Redis at the latest: `performance.now()`. */
  readonly rememberedSince: number;
}

/** Services of one issuer with a Redis between them, in turn behind proxies that write different headers, and clients of every kind. */
export async function startSubjects(count: number, sabotage: string | undefined): Promise<Subjects> {
  await using opened = new AsyncDisposableStack();
  const ports = await freePorts(count);
  const world = await World.create(`http://127.0.0.1:${ports[0]}`);
  opened.defer(() => world.stop());
  opened.defer(() => rmSync(world.directory, { recursive: true, force: true }));
  const redis = await RedisServer.start();
  opened.defer(() => redis.stop());
  const printed: string[] = [];
  const all: Subject[] = [];
  let rememberedSince = 0;
  for (const [index, port] of ports.entries()) {
    const proxyHeader = PROXY_HEADERS[index % PROXY_HEADERS.length] ?? 'client-cert';
    const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-prove-'));
    opened.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const environment = {
      MINTMARK_MODE: 'development',
      MINTMARK_ISSUER: world.issuer,
      MINTMARK_DATA_DIR: dataDir,
      MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}`,
      MINTMARK_GRPC_ADDRESS: '127.0.0.1:0',
      MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
      MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
      MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
      MINTMARK_REDIS_URL: redis.url,
      ...world.settings(proxyHeader),
      ...(sabotage !== undefined && {
        ...preloading(new URL('sabotage.ts', import.meta.url)),
        PROVE_SABOTAGE: sabotage,
      }),
    };
    const secrets = await makeSecrets(world, environment);
    const onLine = (line: string) => void printed.push(line);
    const service = await ServiceProcess.start({ name: 'token-service', environment, onLine, readyWithinSeconds: 40 });
    rememberedSince ||= performance.now();
    opened.defer(async () => void (await service.stop()));
    all.push({ proxyHeader, listeners: listenersOf(service, world), secrets, auditOf: auditIn(dataDir) });
  }
  const close = opened.move();
  return { world, all, printed, rememberedSince, [Symbol.asyncDispose]: () => close.disposeAsync() };
}

function listenersOf({ ready }: ServiceProcess, world: World): Listeners {
  return {
    http: `http://${ready.http}`,
    grpc: ready.grpc,
    mtlsHttp: `https://${String(ready['mtlsHttp'])}`,
    mtlsGrpc: String(ready['mtlsGrpc']),
    authority: world.authority.certificate,
  };
}

/** As the verb of the host does it, before there is a service. */
async function makeSecrets(world: World, environment: Record<string, string>): Promise<ReadonlyMap<string, string>> {
  const { close, ...alone } = await openRegistryOnly(loadConfig(environment), pino({ level: 'silent' }));
  return world.makeSecrets(alone).finally(close);
}

function auditIn(dataDir: string): Subject['auditOf'] {
  const seen = new Map<unknown, Record<string, unknown>>();
  return (requestId) => {
    const known = seen.get(requestId);
    if (known) return known;
    for (const line of readFileSync(join(dataDir, 'audit.jsonl'), 'utf8').trim().split('\n')) {
      const event = JSON.parse(line) as Record<string, unknown>;
      seen.set(event['requestId'], event);
    }
    return seen.get(requestId);
  };
}
