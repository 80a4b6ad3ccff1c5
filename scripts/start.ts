// npm start: the token service and the sample consumer, in development mode, until Ctrl-C.
import { relative, resolve } from 'node:path';
import { provideClientSecret, SAMPLE_DECLARATION, SAMPLE_OPERATOR, writeCurlConfig } from './sample.ts';
import { ServiceProcess } from './service-process.ts';

const own = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('MINTMARK_')),
);
const settings: Record<string, string> = { MINTMARK_MODE: 'development', MINTMARK_CONFIG: SAMPLE_DECLARATION, ...own };
const dataDir = resolve(settings['MINTMARK_DATA_DIR'] ?? '.mintmark');

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const secret = provideClientSecret(dataDir, settings);
  const operator = operatorSecret();
  const tokens = await launch('token-service', settings);
  const issuer = String(tokens.ready['issuer']);
  const environment = { MINTMARK_ISSUER: issuer, ...watching(tokens, operator), ...settings };
  const inventory = await launch('consumer-service', environment).catch(async (error) => {
    await tokens.stop();
    throw error;
  });
  explain(issuer, { tokens, inventory, curl: writeCurlConfig(secret, `${issuer}/oauth2/token`) });
  await Promise.race([toldToStop(), tokens.ended, inventory.ended]);
  console.log('\nStopping …');
  await Promise.all([tokens.stop(), inventory.stop()]);
}

/** Of the sample's own declaration: who operates its resource is told of new keys at once. */
function operatorSecret(): string | undefined {
  const isSample = settings['MINTMARK_CONFIG'] === SAMPLE_DECLARATION;
  return isSample ? provideClientSecret(dataDir, settings, SAMPLE_OPERATOR) : undefined;
}

function watching({ ready }: ServiceProcess, secret: string | undefined): Record<string, string> {
  return secret === undefined ? {} : { MINTMARK_WATCH_ADDRESS: ready.grpc, MINTMARK_CLIENT_SECRET_FILE: secret };
}

/** The listeners stay: whoever else is told passes the signal on, and a second one must not end this before the services. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

function launch(name: 'token-service' | 'consumer-service', environment: Record<string, string>) {
  return ServiceProcess.start({ name, environment, onLine: (line) => console.log(line) });
}

function explain(issuer: string, at: { tokens: ServiceProcess; inventory: ServiceProcess; curl: string }): void {
  console.log(`
Token service     ${issuer}   gRPC ${at.tokens.ready.grpc}
Inventory sample  http://${at.inventory.ready.http}   gRPC ${at.inventory.ready.grpc}

Get a token for inventory (the secret stays in a file that only you can read):

  curl -s --config ${relative('.', at.curl)} -d grant_type=client_credentials -d audience=inventory

Call inventory with one:

  curl -s --config ${relative('.', at.curl)} -d grant_type=client_credentials -d audience=inventory \\
    | sed 's/.*"access_token":"\\([^"]*\\)".*/header = "Authorization: Bearer \\1"/' \\
    | curl -s --config - http://${at.inventory.ready.http}/stock

Ctrl-C stops both.
`);
}
