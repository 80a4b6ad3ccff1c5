import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '@mintmark/contract';
import { provideClientSecret, SAMPLE_CLIENT, SAMPLE_DECLARATION } from '../../scripts/sample.ts';
import { ServiceProcess } from '../../scripts/service-process.ts';
import { basic } from '../e2e/issuing/ask-for-token.ts';

export interface TokenServiceOptions {
  readonly issuer: string;
  readonly dataDir: string;
  readonly httpPort: number;
  readonly grpcPort?: number;
  readonly timeScale?: number;
  readonly declaration?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The real token service in a process of its own; its sample client has a secret in the data directory. */
export async function startTokenService(options: TokenServiceOptions): Promise<ServiceProcess> {
  const environment = prepareTokenService(options);
  return ServiceProcess.start({ name: 'token-service', environment, readyWithinSeconds: 40 });
}

/** Makes the data directory with the sample client's secret in it. @returns the service's settings */
export function prepareTokenService(options: TokenServiceOptions): Record<string, string> {
  const { issuer, dataDir, httpPort, grpcPort = 0, timeScale = 1 } = options;
  const settings = {
    MINTMARK_MODE: 'development',
    MINTMARK_TIME_SCALE: String(timeScale),
    MINTMARK_ISSUER: issuer,
    MINTMARK_DATA_DIR: dataDir,
    MINTMARK_CONFIG: options.declaration ?? SAMPLE_DECLARATION,
    MINTMARK_HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
    MINTMARK_GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
    MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_ADDRESS: '127.0.0.1:0',
    MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0',
    ...options.environment,
  };
  provideClientSecret(dataDir, settings);
  return settings;
}

export function secretFileIn(dataDir: string): string {
  return join(dataDir, `${SAMPLE_CLIENT}.secret`);
}

/** One token by one request, with no client library between. */
export async function requestToken(base: string, dataDir: string, audience: string): Promise<string> {
  const secret = readFileSync(secretFileIn(dataDir), 'utf8').trim();
  const response = await fetch(`${base}${ROUTES.token}`, {
    method: 'POST',
    headers: { authorization: basic(SAMPLE_CLIENT, secret) },
    body: new URLSearchParams({ grant_type: 'client_credentials', audience }),
    signal: AbortSignal.timeout(5_000),
  });
  const answer = (await response.json()) as { access_token?: string; code?: string };
  if (answer.access_token === undefined) throw new Error(`no token for ${audience}: ${response.status} ${answer.code}`);
  return answer.access_token;
}

/** Environment that makes a service load `module` before its own code: how a proof breaks the product on purpose. */
export function preloading(module: URL | undefined): Record<string, string> {
  if (!module) return {};
  const options = [process.env['NODE_OPTIONS'], '--disable-warning=ExperimentalWarning', `--import=${module.href}`];
  return { NODE_OPTIONS: options.filter(Boolean).join(' ') };
}
