import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { attemptOverGrpc, attemptOverHttp } from '../../clients/attempt.ts';
import { isFor, outcomeOf, type Case } from '../../clients/catalogue/case.ts';
import { CASES } from '../../clients/catalogue/catalogue.ts';
import { startTestClients, type TestClients } from './test-clients.ts';

let clients: TestClients;
let behindEnvoy: TestClients;
beforeAll(async () => {
  [clients, behindEnvoy] = await Promise.all([startTestClients(), startTestClients('x-forwarded-client-cert')]);
}, 40_000);
afterAll(() => Promise.all([clients?.stop(), behindEnvoy?.stop()]));

async function expectVerdict(each: Case, { listeners, ...scene }: TestClients): Promise<void> {
  for (const wire of each.httpOnly ? [attemptOverHttp] : [attemptOverHttp, attemptOverGrpc]) {
    const { code, requestId } = await outcomeOf(each, scene, (attempt) => wire(listeners, attempt));
    expect(code).toBe(each.code);
    if (code === 'OK') continue;
    const { reason } = each;
    expect(scene.auditOf(requestId)).toMatchObject({ event: 'token.denied', code, ...(reason && { reason }) });
  }
}

describe('every method and every defect', () => {
  it.each(CASES.map((each) => [`${each.method}: ${each.what}`, each] as const))('%s', async (_, each) => {
    await expectVerdict(each, isFor('client-cert', each) ? clients : behindEnvoy);
  });

  it('counts the headers of strangers', () => {
    for (const { service } of [clients, behindEnvoy]) expect(service.core.certificates.ignored).toBeGreaterThan(0);
  });

  it('wrote no proof down', () => {
    const written = clients.logLines().join('');
    expect(written).not.toMatch(/mmcs_[0-9A-Za-z]|eyJ[\w-]{10,}\.|BEGIN (?:CERTIFICATE|PRIVATE)/);
    expect(written.length).toBeGreaterThan(1_000);
  });
});

it('metadata says what there is where certificates are asked for', async () => {
  for (const route of [ROUTES.authorizationServerMetadata, ROUTES.openidConfiguration]) {
    const document = (await (await fetch(`${clients.listeners.http}${route}`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      token_endpoint: `${clients.world.issuer}${ROUTES.token}`,
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'],
      mtls_endpoint_aliases: { token_endpoint: `https://mtls.tokens.internal${ROUTES.token}` },
      tls_client_certificate_bound_access_tokens: false,
    });
  }
});
