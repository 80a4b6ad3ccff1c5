import { fileURLToPath } from 'node:url';
import { startRunningService, type RunningService } from '../running-service.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));
const CLIENTS = ['orders', 'reports', 'idle', 'closed'];

interface Options {
  readonly issuerPath?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The service on fresh data, with clients that have a secret each. */
export interface TestTokenService extends RunningService {
  secretOf(client: string, index?: number): string;
  /** Gives the client one more secret. */
  addSecret(client: string): Promise<void>;
}

export async function startTestTokenService({ settings, ...options }: Options = {}): Promise<TestTokenService> {
  const service = await startRunningService({ ...options, settings: { MINTMARK_CONFIG: DECLARATION, ...settings } });
  const secrets = new Map<string, string[]>(CLIENTS.map((client) => [client, []]));
  const addSecret = async (clientId: string) => {
    const { secret } = await service.core.administration.hostSecret.execute(clientId, 'test');
    secrets.get(clientId)?.push(secret);
  };
  for (const client of CLIENTS) await addSecret(client);
  return { ...service, addSecret, secretOf: (client, index = 0) => secrets.get(client)?.[index] ?? '' };
}
