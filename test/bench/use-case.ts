import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { AuditFile } from '../../apps/token-service/src/adapters/audit/audit-file.ts';
import { randomIds } from '../../apps/token-service/src/adapters/system/random-ids.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import { IssueToken } from '../../apps/token-service/src/core/issuance/issue-token.ts';
import type { ActiveKey } from '../../apps/token-service/src/core/keys/distribution/held-keys.ts';
import type { SecretDigest } from '../../apps/token-service/src/core/ports/secret-digest.ts';
import { Registry, type RegistrySnapshot } from '../../apps/token-service/src/core/registry/registry-snapshot.ts';
import { generateSigningKeyPairSync, publicJwkOf, signerOf } from '@mintmark/jws';

export const BENCH_ISSUER = 'http://127.0.0.1:4000';
export const DIGESTS: SecretDigest = digests('bench.v1');

/** The use case as the service runs it, without transport and without the lease to sign. */
export function issuingFrom(snapshot: RegistrySnapshot, audit: AuditFile, key: ActiveKey = activeKey()): IssueToken {
  const ring = { active: () => key, activeOrOther: () => key, release: (token: string) => token };
  return new IssueToken({
    issuer: BENCH_ISSUER,
    timeStepSeconds: 1,
    registry: new Registry(snapshot),
    keys: ring,
    adminKeys: ring,
    adminTokens: { record: () => Promise.resolve() },
    secretUsage: { used: () => undefined },
    keyUsage: { signed: () => undefined },
    digests: DIGESTS,
    remoteKeys: { find: async () => 'unavailable' },
    replayGuard: { claim: async () => true },
    assertionSeconds: 60,
    audit,
    observer: { issued: () => undefined, denied: () => undefined },
    clock: systemClock,
    ids: randomIds,
  });
}

export function auditFile(path: string): Promise<AuditFile> {
  return AuditFile.open(path, (error) => {
    throw error;
  });
}

function digests(keyId: string): SecretDigest {
  const key = createSecretKey(randomBytes(32)); // a Buffer would cost five times as much at each use
  const digest = (secret: string) => createHmac('sha256', key).update(secret, 'utf8').digest();
  return { keyId, digest, digestWith: (_keyId, secret) => digest(secret) };
}

function activeKey(): ActiveKey {
  const { privateKey, publicKey } = generateSigningKeyPairSync('ES256');
  return {
    kid: publicJwkOf(publicKey, 'ES256').kid,
    algorithm: 'ES256',
    latestExpiry: new Date(8.64e15),
    maxTokenLifetimeSeconds: 900,
    sign: signerOf('ES256', privateKey),
  };
}
