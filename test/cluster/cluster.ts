// A cluster without a cluster: token-service replicas in production mode on one real PostgreSQL, and consumers, on loopback.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_SOCKET } from '@mintmark/admin-client';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import { SAMPLE_CLIENT, SAMPLE_DECLARATION } from '../../scripts/sample.ts';
import { ServiceProcess } from '../../scripts/service-process.ts';
import { Operator } from './operator.ts';
import { Replica } from './replica.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface ClusterOptions {
  readonly replicas: number;
  readonly consumers: number;
  /** Divides every duration in every process. */
  readonly timeScale: number;
  /** Where the load balancer listens; absent: free ports. */
  readonly ports?: { readonly http: number; readonly grpc: number; readonly admin: number };
  /** More settings, of every replica. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told what the replicas and consumers print: `replica-1`, `consumer-1` and so on. */
  readonly onLine?: (process: string, line: string) => void;
}

export interface Cluster extends AsyncDisposable {
  /** Where clients and verifiers find the issuer: a load balancer over the replicas that run. */
  readonly issuer: string;
  /** The same for gRPC: host and port. */
  readonly grpcAddress: string;
  /** The same for the admin API. */
  readonly adminUrl: string;
  readonly timeScale: number;
  readonly folder: string;
  readonly replicas: readonly Replica[];
  readonly consumers: readonly ServiceProcess[];
  readonly postgres: PostgresServer;
  readonly operator: Operator;
  /** Of the sample's one client. */
  readonly clientSecret: string;
}

/** Everything is up when it resolves, with the sample's registry applied; if it fails nothing is left behind. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-cluster-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await PostgresServer.start();
  opened.defer(() => postgres.stop());
  const { balancers, replicas } = await prepareReplicas(options, { folder, postgres, opened });
  const issuer = `http://127.0.0.1:${balancers.http.port}`;
  const adminUrl = `http://127.0.0.1:${balancers.admin.port}`;
  await Promise.all(replicas.map((replica) => replica.start()));

  const operator = await Operator.bootstrap({
    ...{ issuer, adminUrl, timeScale: options.timeScale },
    socket: join(replicas[0]?.dataDir ?? '', HOST_SOCKET),
    replicas: () => replicas.filter(({ running }) => running).map(({ httpPort }) => `http://127.0.0.1:${httpPort}`),
  });
  opened.defer(() => operator.close());
  await operator.apply(readFileSync(SAMPLE_DECLARATION, 'utf8'));
  const clientSecret = await operator.newSecret(SAMPLE_CLIENT);

  const consumers: ServiceProcess[] = [];
  opened.defer(() => Promise.all(consumers.map((consumer) => consumer.stop())).then(() => undefined));
  for (let index = 1; index <= options.consumers; index += 1)
    consumers.push(await startConsumer(`consumer-${index}`, issuer, options));

  const close = opened.move();
  return {
    ...{ issuer, adminUrl, grpcAddress: `127.0.0.1:${balancers.grpc.port}`, timeScale: options.timeScale, folder },
    ...{ replicas, consumers, postgres, operator, clientSecret },
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

interface Balancers {
  readonly http: TcpProxy;
  readonly grpc: TcpProxy;
  readonly admin: TcpProxy;
}

async function prepareReplicas(
  options: ClusterOptions,
  { folder, postgres, opened }: { folder: string; postgres: PostgresServer; opened: AsyncDisposableStack },
): Promise<{ balancers: Balancers; replicas: readonly Replica[] }> {
  const replicas: Replica[] = [];
  const balance = async (portOf: (replica: Replica) => number, port?: number) => {
    const proxy = await TcpProxy.start(() => replicas.filter(({ running }) => running).map(portOf), port);
    opened.defer(() => proxy.close());
    return proxy;
  };
  const balancers = {
    http: await balance(({ httpPort }) => httpPort, options.ports?.http),
    grpc: await balance(({ grpcPort }) => grpcPort, options.ports?.grpc),
    admin: await balance(({ adminPort }) => adminPort, options.ports?.admin),
  };
  const kekFile = join(folder, 'kek');
  writeFileSync(kekFile, randomBytes(32), { mode: 0o600 });
  const settings = {
    MINTMARK_MODE: 'production',
    MINTMARK_ISSUER: `http://127.0.0.1:${balancers.http.port}`,
    MINTMARK_TIME_SCALE: String(options.timeScale),
    MINTMARK_KEK_FILE: kekFile,
    MINTMARK_DATABASE_PASSWORD_FILE: postgres.passwordFile,
    ...options.settings,
  };
  opened.defer(() => Promise.all(replicas.map((replica) => replica.close())).then(() => undefined));
  const { onLine } = options;
  for (let index = 1; index <= options.replicas; index += 1) {
    const place = { name: `replica-${index}`, folder, databasePort: postgres.port };
    const databaseUrl = (port: number) => postgres.url(undefined, port);
    replicas.push(await Replica.create({ ...place, databaseUrl, settings, ...(onLine && { onLine }) }));
  }
  return { balancers, replicas };
}

function startConsumer(name: string, issuer: string, { timeScale, onLine }: ClusterOptions): Promise<ServiceProcess> {
  const environment = {
    MINTMARK_ISSUER: issuer,
    MINTMARK_TIME_SCALE: String(timeScale),
    MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0',
    MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0',
  };
  return ServiceProcess.start({
    name: 'consumer-service',
    environment,
    readyWithinSeconds: 60,
    ...(onLine && { onLine: (line: string) => onLine(name, line) }),
  });
}
