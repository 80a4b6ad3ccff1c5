import { fileURLToPath } from 'node:url';
import { askForToken } from '../admin/admin-service.ts';
import { startRunningService, type RunningService } from '../running-service.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));

/** The service, with resources that somebody operates. */
export interface WatchService extends RunningService {
  readonly secretOf: (client: string) => string;
  /** A fresh token of the client, for watching the key set or for another resource. */
  token(client: string, audience?: string): Promise<string>;
  /** A metric of the service, by name and labels; 0 while it was never counted. */
  metric(name: string, labels?: string): Promise<number>;
}

export async function startWatchService(settings: Readonly<Record<string, string>> = {}): Promise<WatchService> {
  const service = await startRunningService({ settings: { MINTMARK_CONFIG: DECLARATION, ...settings } });
  const secrets = new Map<string, string>();
  for (const clientId of ['inventory', 'billing', 'returns', 'orders']) {
    const { secret } = await service.core.administration.hostSecret.execute(clientId, 'test');
    secrets.set(clientId, secret);
  }
  const secretOf = (id: string) => secrets.get(id) ?? '';
  return {
    ...service,
    secretOf,
    token: async (id, audience = 'mintmark-keyset') => {
      const { body, text } = await askForToken(service.http, { id, secret: secretOf(id) }, { audience });
      if (body['access_token'] === undefined) throw new Error(text);
      return body['access_token'];
    },
    metric: async (name, labels = '') => {
      const text = await (await fetch(`${service.management}/metrics`)).text();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`mintmark_watch_${name}`) && line.includes(labels));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
  };
}

/** Another version of the set: the standby is given up, and another one is made. */
export async function anotherVersion({ core }: WatchService): Promise<void> {
  const standby = core.keys.figures()!.set.keys.find(({ state }) => state === 'published');
  if (standby?.state !== 'published') throw new Error('no standby');
  const operator = { clientId: 'test', tokenId: 'test', requestId: 'test', scopes: ['keys:rotate'] };
  await core.administration.administrations
    .for({ plan: false })
    .destroyKey({ ring: 'public', kid: standby.kid }, operator);
}
