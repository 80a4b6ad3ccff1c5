import { credentials, Metadata, type StatusObject } from '@grpc/grpc-js';
import { loadProto } from '@mintmark/proto';
import { createTestIssuer, type TestIssuer } from '@mintmark/testing';
import { pino } from 'pino';
import { readSettings } from '../src/config/settings.ts';
import { startConsumerService, type ConsumerService } from '../src/modules/consumer-service.ts';
import { servedBy, serveKeys, type KeyServer } from './key-server.ts';

const { InventoryService } = loadProto('mintmark.sample.inventory.v1');
export type InventoryClient = InstanceType<typeof InventoryService>;

export interface Inventory {
  readonly issuer: TestIssuer;
  readonly keys: KeyServer;
  readonly service: ConsumerService;
  readonly client: InventoryClient;
  /** Lines of the log, parsed. */
  readonly log: readonly Record<string, unknown>[];
  http(path: string, request?: RequestInit & { readonly token?: string }): Promise<Response>;
  close(): Promise<void>;
}

/** The service in this process, between a key server and clients of both protocols. */
export async function startInventory(environment: Record<string, string> = {}): Promise<Inventory> {
  const keys = await serveKeys((path) => servedBy(issuer)(path));
  const issuer: TestIssuer = createTestIssuer({
    issuer: `http://127.0.0.1:${keys.port}`,
    timeScale: Number(environment['MINTMARK_TIME_SCALE'] ?? 1),
  });
  const log: Record<string, unknown>[] = [];
  const write = (line: string): void => void log.push(JSON.parse(line) as Record<string, unknown>);
  const service = await startConsumerService(
    settingsFor(issuer.issuer, environment),
    pino({ level: 'debug' }, { write }),
  );
  while (!(await fetch(`http://${service.http}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 10));
  const client = new InventoryService(service.grpc, credentials.createInsecure());
  return {
    ...{ issuer, keys, service, client, log },
    http: (path, { token, ...request } = {}) =>
      fetch(`http://${service.http}${path}`, { ...request, headers: { ...headersFor(token), ...request.headers } }),
    close: async () => {
      client.close();
      await service.stop();
      await keys.close();
    },
  };
}

export function settingsFor(issuer: string, environment: Record<string, string> = {}) {
  return readSettings({
    MINTMARK_ISSUER: issuer,
    MINTMARK_MODE: 'development',
    MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0',
    MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0',
    ...environment,
  });
}

function headersFor(token: string | undefined): Record<string, string> {
  return { connection: 'close', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
}

export function bearer(token?: string): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

export interface Answer<Response> {
  readonly response: Response | undefined;
  readonly status: StatusObject;
}

type Unary<Response> = (callback: (error: unknown, response?: Response) => void) => {
  on(event: 'status', listener: (status: StatusObject) => void): unknown;
};

/** One unary call: its response and its status. */
export function unary<Response>(start: Unary<Response>): Promise<Answer<Response>> {
  return new Promise((resolve) => {
    let response: Response | undefined;
    start((_error, received) => (response = received)).on('status', (status) => resolve({ response, status }));
  });
}
