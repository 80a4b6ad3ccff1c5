import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import { generateSigningKeyPairSync, importPublicJwk, parseCompact, signerOf, verifyBytes } from '@mintmark/jws';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier, localKeySet } from '@mintmark/verifier';
import { keyEncryptionKey } from '../../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { LocalSigningKeys } from '../../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts';
import { Pkcs11SigningKeys } from '../../../apps/token-service/src/adapters/signing/pkcs11/pkcs11-signing-keys.ts';
import { Tokens } from '../../../apps/token-service/src/adapters/signing/pkcs11/tokens.ts';
import { TokenProcess } from '../../../apps/token-service/src/adapters/signing/pkcs11/token-process.ts';
import { SqlEnvelopeStore } from '../../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { openDatabase } from '../../../apps/token-service/src/adapters/sql/open-database.ts';
import { systemClock } from '../../../apps/token-service/src/adapters/system/system-clock.ts';
import type { ActiveKey } from '../../../apps/token-service/src/core/keys/distribution/held-keys.ts';
import type { SigningKeyProvider } from '../../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { makeSoftToken, SOFTHSM } from '../../keys/soft-token.ts';
import { cpuRound, sample, sized } from '../cpu-load.ts';
import { inFlight } from '../grpc-load.ts';
import { basic } from '../http-load.ts';
import { clientId, registryOf } from '../registry-of.ts';
import { RESULTS, type Report, type Row } from '../report.ts';
import { alternate, cpuRatio, median, medianCpu, type Sample, type Size } from '../rounds.ts';
import { auditFile, DIGESTS, issuingFrom } from '../use-case.ts';

const SECRET = 'mmcs_the-secret-of-the-one-client-of-the-algorithms-part';
const ISSUER = 'https://issuer.test';

type Provider = 'local' | 'pkcs11 (SoftHSM)';
type Contestants = Record<string, () => Promise<Sample>>;

/** What a token costs to issue and to verify, by algorithm and by where its key is. */
export async function algorithms({ rounds, requests, roundMillis }: Size): Promise<Report> {
  await using opened = new AsyncDisposableStack();
  const providers = await openProviders(opened);
  const contestants: Contestants = {};
  for (const [name, provider] of providers) Object.assign(contestants, await issuing(name, provider, requests, opened));
  for (const algorithm of SIGNING_ALGORITHMS) Object.assign(contestants, await inProcess(algorithm, roundMillis));
  const samples = await alternate(contestants, rounds);
  const of = (what: string, algorithm: SigningAlgorithm) => samples[`${what} ${algorithm}`];
  const rows: Row[] = [...providers].flatMap(([name, provider]) =>
    provider.capabilities().algorithms.map((algorithm) => ({
      algorithm,
      'key in': name,
      'issue: CPU µs': medianCpu(of(name, algorithm)!),
      'tokens/s': median(of(name, algorithm)!.map(({ perSecond }) => perSecond)),
      '× raw sign': cpuRatio(of(name, algorithm)!, of('raw sign', algorithm)!),
      'verify: CPU µs': medianCpu(of('verify', algorithm)!),
      '× raw verify': cpuRatio(of('verify', algorithm)!, of('raw verify', algorithm)!),
    })),
  );
  return {
    title: 'algorithms: issue and verify, by algorithm and by where the key is',
    conditions: [
      `issue: the use case in process with durable audit and no transport, ${requests} tokens a round, 32 in flight; verify: in full, without the verdict cache; median of ${rounds} rounds`,
      'CPU is that of this process: a token of PKCS#11 lives in a process of its own, and a real one on hardware of its own',
      ...(providers.size === 1 ? ['no row for PKCS#11: run scripts/ci/install-pkcs11.sh first'] : []),
    ],
    rows,
    goals: SIGNING_ALGORITHMS.map((algorithm) => ({
      what: `${algorithm}: CPU, verify ÷ raw verify`,
      measured: cpuRatio(of('verify', algorithm)!, of('raw verify', algorithm)!),
      atMost: algorithm === 'ES256' || algorithm.startsWith('Ed') ? 1.2 : 2,
    })),
  };
}

async function openProviders(opened: AsyncDisposableStack): Promise<ReadonlyMap<Provider, SigningKeyProvider>> {
  const database = await openDatabase({ url: 'sqlite::memory:', clock: systemClock });
  opened.defer(() => database.close());
  const store = new SqlEnvelopeStore(database);
  const local = new LocalSigningKeys({ issuer: ISSUER, store, keks: [keyEncryptionKey(Buffer.alloc(32, 7))] });
  if (!existsSync(SOFTHSM) || !hasBinding()) return new Map([['local', local]]);
  const soft = makeSoftToken();
  opened.defer(() => soft.remove());
  const token = new TokenProcess({ address: { ...soft.address, modulePath: SOFTHSM }, pinFile: soft.pinFile });
  opened.defer(() => token.close());
  await token.open();
  return new Map<Provider, SigningKeyProvider>([
    ['local', local],
    ['pkcs11 (SoftHSM)', new Pkcs11SigningKeys({ issuer: ISSUER, tokens: new Tokens([token]), making: token })],
  ]);
}

function hasBinding(): boolean {
  try {
    return createRequire(import.meta.url).resolve('pkcs11js') !== '';
  } catch {
    return false;
  }
}

async function issuing(
  name: Provider,
  provider: SigningKeyProvider,
  requests: number,
  opened: AsyncDisposableStack,
): Promise<Contestants> {
  mkdirSync(RESULTS, { recursive: true });
  const folder = mkdtempSync(join(RESULTS, 'run-'));
  const audit = await auditFile(join(folder, 'audit.jsonl'));
  opened.defer(async () => {
    await audit.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const snapshot = await registryOf(1, DIGESTS.digest(SECRET), DIGESTS.keyId);
  const evidence = { found: [{ kind: 'authorization' as const, value: basic(clientId(0), SECRET) }] };
  const contestants: Contestants = {};
  for (const algorithm of provider.capabilities().algorithms) {
    const issueToken = issuingFrom(snapshot, audit, await keyOf(provider, algorithm));
    const issue = (index: number) =>
      issueToken.execute({ requestId: `request-${index}`, evidence, target: { audience: 'inventory' } });
    contestants[`${name} ${algorithm}`] = () => sample(requests, () => inFlight(requests, issue));
  }
  return contestants;
}

async function keyOf(provider: SigningKeyProvider, algorithm: SigningAlgorithm): Promise<ActiveKey> {
  const handle = await provider.create({ algorithm, idempotencyKey: algorithm });
  const { kid } = await provider.publicJwk(handle);
  const sign = (input: Uint8Array) => provider.sign(handle, input);
  return { kid, algorithm, latestExpiry: new Date(8.64e15), maxTokenLifetimeSeconds: 900, sign };
}

async function inProcess(algorithm: SigningAlgorithm, millis: number): Promise<Contestants> {
  const issuer = createTestIssuer({ algorithm, lifetimeSeconds: 900 });
  const tokens = Array.from({ length: 64 }, () => issuer.token());
  const { issuer: name, audience } = issuer;
  const keys = localKeySet(issuer.jwks());
  const verifier = createVerifier({
    ...{ issuer: name, audience, keys, algorithms: [algorithm], cache: false },
    unsafelyWithoutRevocations: true,
  });
  await verifier.ready();
  const parsed = tokens.map((token) => parseCompact(token)!);
  const imported = importPublicJwk(issuer.key.jwk);
  if (!imported.ok) throw new Error(imported.defect);
  const { publicKey } = imported.key;
  const sign = signerOf(algorithm, generateSigningKeyPairSync(algorithm).privateKey);
  const input = (index: number) => parsed[index % parsed.length]!;
  const work: Record<string, (index: number) => unknown> = {
    'raw sign': (index) => sign(input(index).signingInput),
    'raw verify': (index) => verifyBytes(algorithm, publicKey, input(index).signingInput, input(index).signature),
    verify: async (index) => {
      const verdict = await verifier.verify(tokens[index % tokens.length]!);
      if (!verdict.ok) throw new Error(`${algorithm}: ${verdict.code}`);
    },
  };
  const contestants: Contestants = {};
  for (const [what, one] of Object.entries(work)) {
    const amount = await sized(one, millis);
    contestants[`${what} ${algorithm}`] = () => cpuRound(one, amount);
  }
  return contestants;
}
