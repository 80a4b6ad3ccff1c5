import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeSigningInput, joinCompact } from '@mintmark/jws';
import { tokenDigest } from '../../../apps/token-service/src/core/model/token-digest.ts';
import { adminToken, askForToken, startAdminService, type AdminService } from './admin-service.ts';
import { GrpcAdmin, inWireNames, overHttp, withoutNull, type Outcome } from './call-both.ts';
import { OPERATIONS } from './operations/operations.ts';
import { DECLARATION, type Kids, type Row } from './operations/row.ts';

const ALL_SCOPES = [
  ...['registry:read', 'registry:write', 'registry:admin', 'keys:read', 'keys:rotate', 'tokens:revoke', 'audit:read'],
];

describe('the admin API', () => {
  let service: AdminService;
  let grpc: GrpcAdmin;
  let reportsSecret: string;
  let kids: Kids;

  beforeAll(async () => {
    service = await startAdminService();
    grpc = new GrpcAdmin(service.adminGrpc);
    const base_version = service.core.registry.snapshot().version;
    const applied = await service.call('POST', '/admin/v1/registry/apply', {
      body: { declaration: DECLARATION, base_version },
    });
    expect(applied.status).toBe(200);
    const made = await service.call('POST', '/admin/v1/clients/reports/secrets');
    reportsSecret = made.body['secret'] ?? '';
    kids = await kidsOfPublicRing(service);
  });
  afterAll(async () => {
    grpc?.close();
    await service?.stop();
  });

  const version = () => service.core.registry.snapshot().version;
  const both = async (row: Row, token: string): Promise<readonly [Outcome, Outcome]> => [
    await overHttp(service, row.http('http', version(), kids), token),
    await grpc.call(row.grpc('grpc', version(), kids), token),
  ];

  it.each(OPERATIONS.map((row) => [row.operation, row] as const))('%s: the same over HTTP and gRPC', async (_, row) => {
    // With the scope it asks for and no other.
    const [http, other] = await both(row, await service.token(row.scope));
    expect(settled(row, other)).toEqual(settled(row, http));
    expect('code' in http ? http.status : 'ok').toMatch(/^(as the table says|ok)$/);
    expect(JSON.stringify(http)).not.toMatch(/SCOPE_INSUFFICIENT|INTERNAL|NOT_FOUND"/);
  });

  function settled({ settle = (answer) => answer }: Row, outcome: Outcome): unknown {
    return 'answer' in outcome ? settle(withoutNull(inWireNames(outcome.answer))) : outcome;
  }

  const unique = [...new Map(OPERATIONS.map((row) => [row.operation.split(',')[0], row])).entries()];

  it('has twenty-five operations, and the table has each', () => {
    expect(unique).toHaveLength(25);
  });

  describe.each(unique)('%s refuses', (_, row) => {
    const expectBoth = async (token: string, code: string) => {
      const outcomes = await both(row, token);
      expect(outcomes.map((outcome) => ('code' in outcome ? [outcome.code, outcome.status] : outcome))).toEqual([
        [code, 'as the table says'],
        [code, 'as the table says'],
      ]);
    };

    it('a token without its scope', async () => {
      const needed = row.scope.split(' ');
      const others = ALL_SCOPES.filter((scope) => !needed.includes(scope));
      await expectBoth(await service.token(others.join(' ')), 'SCOPE_INSUFFICIENT');
    });

    it('one that has expired', async () => {
      await expectBoth(await forged(service, { ring: 'admin', recorded: true, ageSeconds: 400 }), 'TOKEN_EXPIRED');
    });

    it('one forged with the public-facing signing key', async () => {
      await expectBoth(await forged(service, { ring: 'public', recorded: true }), 'TOKEN_INVALID');
    });

    it('a token of a service for another resource', async () => {
      const reports = { id: 'reports', secret: reportsSecret };
      const { body } = await askForToken(service.http, reports, { audience: 'inventory' });
      await expectBoth(body['access_token'] ?? '', 'TOKEN_INVALID');
      await expectBoth(
        await forged(service, { ring: 'admin', recorded: true, audience: 'inventory' }),
        'TOKEN_INVALID',
      );
    });

    it('one well signed with the admin key that was never issued', async () => {
      await expectBoth(await forged(service, { ring: 'admin', recorded: false }), 'TOKEN_INVALID');
    });

    it('one with the jti of a token that was issued', async () => {
      const [, payload = ''] = (await service.token('audit:read')).split('.');
      const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string };
      await expectBoth(await forged(service, { ring: 'admin', recorded: false, jti }), 'TOKEN_INVALID');
    });
  });

  it('says how large a declaration may be', async () => {
    const declaration = '#'.repeat(24 * 1024 * 1024 + 1);
    const token = await service.token();
    const { status, text } = await service.call('POST', '/admin/v1/registry/plan', { token, body: { declaration } });
    expect([status, text]).toEqual([
      413,
      expect.stringMatching(/larger than 24 MiB. A declaration .* declare fewer clients/),
    ]);
    const call = { service: 'registry', rpc: 'PlanRegistry', message: { declaration } } as const;
    expect(await grpc.complaint(call, token)).toMatch(
      /RESOURCE_EXHAUSTED: The message is larger than 24 MiB. A declaration .* declare fewer clients/,
    );
  }, 30_000);

  it("answers bytes that are no message as the caller's fault", async () => {
    expect(await grpc.garbage(await service.token())).toMatch(/INVALID_ARGUMENT: The message is not an encoding/);
  });

  it('takes the very same forgery once it is recorded: nothing but the record was missing', async () => {
    const token = await forged(service, { ring: 'admin', recorded: true });
    expect((await service.call('GET', '/admin/v1/clients', { token })).status).toBe(200);
  });

  it('gives no admin token to a client without a policy for it', async () => {
    await expect(adminToken(service.http, { id: 'reports', secret: reportsSecret })).rejects.toThrow(/RESOURCE_DENIED/);
  });

  it('keeps the admin keys out of the public key set, and each ring out of the other', async () => {
    const jwks = (await (await fetch(`${service.http}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    const status = await service.call('GET', '/admin/v1/keys');
    const rings = status.body['rings'] as unknown as { ring: string; keys: { kid: string }[] }[];
    const kidsOf = (name: string) => rings.find(({ ring }) => ring === name)?.keys.map(({ kid }) => kid) ?? [];
    const published = jwks.keys.map(({ kid }) => kid);
    expect(published.toSorted()).toEqual(kidsOf('public').toSorted());
    expect(kidsOf('admin').length).toBeGreaterThan(0);
    expect(kidsOf('admin').filter((kid) => published.includes(kid))).toEqual([]);
  });

  it('issues admin tokens for five minutes', async () => {
    const [, payload = ''] = (await service.token()).split('.');
    const { iat, exp, aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>;
    expect([exp! - iat!, aud]).toEqual([300, 'mintmark-admin']);
  });
});

async function kidsOfPublicRing(service: AdminService): Promise<Kids> {
  const { body } = await service.call('GET', '/admin/v1/keys');
  const [ring] = body['rings'] as unknown as { keys: { kid: string; state: string }[] }[];
  const kidOf = (state: string) => ring?.keys.find((key) => key.state === state)?.kid ?? '';
  return { active: kidOf('active'), standby: kidOf('published') };
}

interface Forgery {
  readonly ring: 'public' | 'admin';
  /** Whether the service has it in its record. */
  readonly recorded: boolean;
  /** By default one that no token has. */
  readonly jti?: string;
  readonly audience?: string;
  readonly ageSeconds?: number;
}

/** A token as whoever holds a ring's key could make it. */
async function forged(service: AdminService, forgery: Forgery): Promise<string> {
  const { ring, recorded, audience = 'mintmark-admin', ageSeconds = 0, jti = service.core.ids.next() } = forgery;
  const key = (ring === 'admin' ? service.core.adminKeys : service.core.keys).active('ES256');
  const iat = Math.floor(Date.now() / 1000) - ageSeconds;
  const identity = { iss: service.issuer, sub: 'operator', client_id: 'operator', aud: audience };
  const claims = { ...identity, scope: ALL_SCOPES.join(' '), iat, exp: iat + 300, jti };
  const input = encodeSigningInput({ alg: key.algorithm, kid: key.kid, typ: 'at+jwt' }, claims);
  const expiresAt = new Date((iat + 300) * 1000);
  const token = joinCompact(input, await key.sign(Buffer.from(input, 'ascii')));
  const record = { jti, clientId: 'operator', expiresAt, digest: tokenDigest(token) };
  if (recorded) await service.core.administration.adminTokens.record(record);
  return token;
}
