// npm run demo: the main job, end to end, as two real processes. Exits 0 only if every step gave the expected verdict.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSecret, createTokenClient, grpcTransport, httpTransport, type TokenClient } from '@mintmark/client';
import { Account } from './demo/account.ts';
import { forge, kidOf } from './demo/forge.ts';
import { InventoryCalls } from './demo/inventory-calls.ts';
import { Traffic } from './demo/traffic.ts';
import { provideClientSecret, SAMPLE_CLIENT, SAMPLE_DECLARATION } from './sample.ts';
import { freePorts, ServiceProcess } from './service-process.ts';

/** Divides every duration: a rotation that takes an hour takes six seconds. */
const TIME_SCALE = 600;
const PUBLISH_AHEAD_SECONDS = 3_600 / TIME_SCALE;
const READ = { audience: 'inventory', scopes: ['stock:read'] };
const ALL = { audience: 'inventory' };

const account = new Account(TIME_SCALE);
const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-demo-'));
// The services end with this process, however it is ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const running: ServiceProcess[] = [];
const clients: TokenClient[] = [];

try {
  await tell();
} catch (error) {
  account.broke(error);
} finally {
  for (const client of clients) client.close();
  await Promise.all(running.map((service) => service.stop()));
  rmSync(dataDir, { recursive: true, force: true });
}
process.exitCode = account.close();

async function tell(): Promise<void> {
  account.chapter('Two services start: the issuer, and one that verifies by itself');
  const { issuer, tokens, inventory } = await startServices();

  account.chapter('Service "orders" asks for tokens and calls "inventory"');
  const { http, grpc } = connect(issuer, tokens);
  const calls = new InventoryCalls(inventory);
  const old = await account.step('a token over HTTP (client_credentials)', async () => (await http.token(ALL)).value);
  const other = await account.step('a token over gRPC (IssueToken)', async () => (await grpc.token(ALL)).value);
  await account.expect('GET /stock', 'ok, caller orders', () => calls.httpList(other));
  await account.expect('POST /stock/{sku}/reservations', 'ok, caller orders', () => calls.httpReserve(other));
  await account.expect('ListStock (gRPC unary)', 'ok, caller orders', () => calls.grpcList(other));
  await account.expect('ReserveStock (gRPC unary)', 'ok, caller orders', () => calls.grpcReserve(other));
  await account.expect('WatchStock (gRPC stream)', 'ok, 3 levels', () => calls.grpcWatch(other, 3));

  account.chapter('Calls keep running while the signing key rotates twice');
  const traffic = new Traffic({ http: http, grpc: grpc, calls });
  traffic.start();

  account.chapter('What inventory refuses, by itself');
  const readOnly = (await http.token(READ)).value;
  const billing = (await http.token({ audience: 'billing' })).value;
  const forged = forge(other);
  await account.expect('reserve with scope stock:read only, HTTP', '403 SCOPE_INSUFFICIENT', () =>
    calls.httpReserve(readOnly),
  );
  await account.expect('reserve with scope stock:read only, gRPC', 'PERMISSION_DENIED SCOPE_INSUFFICIENT', () =>
    calls.grpcReserve(readOnly),
  );
  await account.expect('a token for another resource, HTTP', '401 TOKEN_INVALID', () => calls.httpList(billing));
  await account.expect('a token for another resource, gRPC', 'UNAUTHENTICATED TOKEN_INVALID', () =>
    calls.grpcList(billing),
  );
  await account.expect('a forged token, HTTP', '401 TOKEN_INVALID', () => calls.httpList(forged));
  await account.expect('a forged token, gRPC', 'UNAUTHENTICATED TOKEN_INVALID', () => calls.grpcList(forged));
  await account.expect('no token, HTTP', '401 TOKEN_MISSING', () => calls.httpList());
  await account.expect('no token, gRPC', 'UNAUTHENTICATED TOKEN_MISSING', () => calls.grpcList());
  await account.expect('no token, gRPC stream', 'UNAUTHENTICATED TOKEN_MISSING', () => calls.grpcWatch(undefined, 1));
  await sleep((900 / TIME_SCALE) * 1000 + 200); // the longest a token lives, and the leeway
  await account.expect('an expired token, HTTP', '401 TOKEN_EXPIRED', () => calls.httpList(old));
  await account.expect('an expired token, gRPC', 'UNAUTHENTICATED TOKEN_EXPIRED', () => calls.grpcList(old));

  account.chapter('The rotation');
  await account.waited('two successors took over', () => traffic.untilKeysSeen(3, 4 * PUBLISH_AHEAD_SECONDS));
  const { succeeded, failures, kids } = await traffic.stop();
  account.claim(
    `calls during the rotations: ${succeeded} succeeded, ${failures.length} failed`,
    failures.length === 0 && succeeded > 100,
    failures[0],
  );
  account.claim(
    `tokens were signed by ${kids.size} keys: ${[...kids].map((kid) => kid.slice(0, 8)).join(' → ')}`,
    kids.size >= 3,
  );

  account.chapter('The issuer is killed');
  const unseen = await freshToken(issuer, dataDir);
  await account.step('kill -9 the token service', async () => void (await tokens.stop('SIGKILL')));
  await account.expect(
    `GET /stock with a token never seen before (key ${kidOf(unseen).slice(0, 8)})`,
    'ok, caller orders',
    () => calls.httpList(unseen),
  );
  await account.expect('ListStock with the same, over gRPC', 'ok, caller orders', () => calls.grpcList(unseen));
  calls.close();
}

async function startServices() {
  const [httpPort, grpcPort] = (await freePorts(2)) as [number, number];
  const issuer = `http://127.0.0.1:${httpPort}`;
  const shared = {
    MINTMARK_MODE: 'development',
    MINTMARK_TIME_SCALE: String(TIME_SCALE),
    MINTMARK_ISSUER: issuer,
    MINTMARK_LOG_LEVEL: 'info',
  };
  const issuing = {
    ...shared,
    MINTMARK_DATA_DIR: dataDir,
    MINTMARK_CONFIG: SAMPLE_DECLARATION,
    MINTMARK_HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
    MINTMARK_GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
    MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    MINTMARK_ROTATION_PERIOD: '1h',
  };
  provideClientSecret(dataDir, issuing);
  const tokens = await account.step('token-service is ready to sign', () => launch('token-service', issuing));
  const inventory = await account.step('consumer-service holds the public keys', () =>
    launch('consumer-service', {
      ...shared,
      MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0',
      MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0',
    }),
  );
  return { issuer, tokens, inventory };
}

async function launch(
  name: 'token-service' | 'consumer-service',
  environment: Record<string, string>,
): Promise<ServiceProcess> {
  const service = await ServiceProcess.start({ name, environment });
  running.push(service);
  return service;
}

function connect(issuer: string, tokens: ServiceProcess): { http: TokenClient; grpc: TokenClient } {
  const identity = clientSecret({
    clientId: SAMPLE_CLIENT,
    secret: { file: join(dataDir, `${SAMPLE_CLIENT}.secret`) },
  });
  const http = createTokenClient({ transport: httpTransport({ issuer }), identity, timeScale: TIME_SCALE });
  const grpc = createTokenClient({
    transport: grpcTransport({ address: tokens.ready.grpc }),
    identity,
    timeScale: TIME_SCALE,
  });
  clients.push(http, grpc);
  return { http, grpc };
}

/** From a client of its own, so that no cache has ever seen it. */
async function freshToken(issuer: string, folder: string): Promise<string> {
  const identity = clientSecret({ clientId: SAMPLE_CLIENT, secret: { file: join(folder, `${SAMPLE_CLIENT}.secret`) } });
  const client = createTokenClient({ transport: httpTransport({ issuer }), identity, timeScale: TIME_SCALE });
  clients.push(client);
  return (await client.token(ALL)).value;
}
