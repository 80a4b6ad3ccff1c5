import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { attemptOverGrpc, attemptOverHttp, type Answer } from '../../clients/attempt.ts';
import { outcomeOf, type Case } from '../../clients/catalogue/case.ts';
import { CASES } from '../../clients/catalogue/catalogue.ts';
import { startTestClients, type TestClients } from './test-clients.ts';

let clients: TestClients;
beforeAll(async () => (clients = await startTestClients()), 20_000);
afterAll(() => clients?.stop());

function expectVerdict({ code, reason }: Case, answer: Answer): void {
  expect(answer.code).toBe(code);
  if (code === 'OK') return;
  const line = clients.auditOf(answer.requestId);
  expect(line).toMatchObject({ event: 'token.denied', code, ...(reason && { reason }) });
}

describe('every method and every defect', () => {
  it.each(CASES.map((each) => [`${each.method}: ${each.what}`, each] as const))('%s', async (_, each) => {
    const { listeners } = clients;
    expectVerdict(each, await outcomeOf(each, clients, (attempt) => attemptOverHttp(listeners, attempt)));
    if (each.httpOnly) return;
    expectVerdict(each, await outcomeOf(each, clients, (attempt) => attemptOverGrpc(listeners, attempt)));
  });

  it('counts the headers of strangers', () => {
    expect(clients.service.core.certificates.ignored).toBeGreaterThan(0);
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
