import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askForToken, startAdminService, type AdminService, type Answer } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

const CLIENTS = 10_000;
/** What a client waits for a token; the declaration takes several times as long to read and apply. */
const PATIENCE_SECONDS = 2;

/** Ten thousand clients, each with a policy, beside those of the other tests. */
function largeDeclaration(): string {
  const ids = Array.from({ length: CLIENTS }, (_, index) => `client-${String(index).padStart(5, '0')}`);
  const clients = ids.map((id) => `  - { id: ${id}, credentials: [{ kind: client_secret }] }`);
  const policies = ids.map((id) => `  - { client: ${id}, resource: inventory, scopes: [stock:read] }`);
  return `${DECLARATION.replace('policies:', `${clients.join('\n')}\npolicies:`)}${policies.join('\n')}\n`;
}

describe('ten thousand clients in one plan, applied while tokens are issued', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService()));
  afterAll(() => service?.stop());

  it('no request for a token fails meanwhile, and every client is there afterwards', async () => {
    const post = (path: string, body: object) => service.call('POST', `/admin/v1${path}`, { body });
    const { version } = service.core.registry.snapshot();
    await post('/registry/apply', { declaration: DECLARATION, base_version: version });
    const orders = { id: 'orders', secret: String((await post('/clients/orders/secrets', {})).body['secret']) };

    let applying = true;
    const outcomes = { issued: 0, failed: [] as string[] };
    const load = async () => {
      while (applying) {
        const asked = { audience: 'inventory', withinSeconds: PATIENCE_SECONDS };
        const { status, text } = await askForToken(service.http, orders, asked).catch(late);
        if (status === 200) outcomes.issued++;
        else outcomes.failed.push(text);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const loads = Array.from({ length: 2 }, load);
    const declaration = largeDeclaration();
    const plan = await post('/registry/plan', { declaration });
    const issuedDuringPlan = outcomes.issued;
    const applied = await post('/registry/apply', { declaration, base_version: plan.body['base_version'] });
    applying = false;
    await Promise.all(loads);

    expect([plan.status, applied.status]).toEqual([200, 200]);
    expect(plan.body['changes']).toHaveLength(2 * CLIENTS);
    expect(applied.body['changes']).toEqual(plan.body['changes']);
    expect(outcomes.failed).toEqual([]);
    expect(issuedDuringPlan).toBeGreaterThan(0);
    expect(outcomes.issued).toBeGreaterThan(issuedDuringPlan);
    const snapshot = service.core.registry.snapshot();
    expect(snapshot.client('client-09999')).toBeDefined();
    expect(snapshot.grantsOf('client-00000')).toHaveLength(1);
    expect(await everyId()).toHaveLength(CLIENTS + 3);
  }, 120_000);

  function late(error: Error): Pick<Answer, 'status' | 'text'> {
    return { status: 0, text: `no answer within ${PATIENCE_SECONDS} s: ${error.message}` };
  }

  async function everyId(): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await service.call('GET', `/admin/v1/clients?limit=1000${query}`);
      ids.push(...(body['clients'] as unknown as { id: string }[]).map(({ id }) => id));
      cursor = body['next_cursor'] as unknown as string | null;
    }
    return [...new Set(ids)];
  }
});
