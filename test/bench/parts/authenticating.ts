import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { importPublicJwk, parseCompact, verifyBytes } from '@mintmark/jws';
import type { Evidence } from '../../../apps/token-service/src/core/authentication/evidence.ts';
import { ASSERTION_TYPE, clientAssertion, newAssertionKey } from '../../clients/assertions.ts';
import { cpuRound, sample, sized } from '../cpu-load.ts';
import { inFlight } from '../grpc-load.ts';
import { basic } from '../http-load.ts';
import { clientId, registryOf } from '../registry-of.ts';
import { RESULTS, type Report } from '../report.ts';
import { alternate, cpuRatio, median, medianCpu, type Size } from '../rounds.ts';
import { auditFile, BENCH_ISSUER, DIGESTS, issuingFrom } from '../use-case.ts';

const SECRET = 'mmcs_the-secret-of-the-one-client-of-the-authenticating-part';
const BY_SECRET = 'client secret';
const BY_ASSERTION = 'private_key_jwt';
const RAW = 'raw verify';

/** What it costs to learn who is asking: a secret, or an assertion signed with the client's own key. */
export async function authenticating({ rounds, requests, roundMillis }: Size): Promise<Report> {
  mkdirSync(RESULTS, { recursive: true });
  const folder = mkdtempSync(join(RESULTS, 'run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const audit = await auditFile(join(folder, 'audit.jsonl'));
  const key = newAssertionKey();
  const snapshot = await registryOf(1, DIGESTS.digest(SECRET), DIGESTS.keyId, [
    { kind: BY_ASSERTION, jwks: { keys: [{ ...key.jwk }] } },
  ]);
  const issueToken = issuingFrom(snapshot, audit);
  const issue = async (found: Evidence, index: number): Promise<void> => {
    await issueToken.execute({
      requestId: `request-${index}`,
      evidence: { found: [found] },
      target: { audience: 'inventory' },
    });
  };
  const newAssertion = () => clientAssertion(key, { clientId: clientId(0), issuer: BENCH_ISSUER });
  const secret = { kind: 'authorization', value: basic(clientId(0), SECRET) } as const;
  const verify = rawVerify(newAssertion(), key.jwk);
  const amount = await sized(verify, roundMillis);
  const samples = await alternate(
    {
      [BY_SECRET]: () => sample(requests, () => inFlight(requests, (index) => issue(secret, index))),
      [BY_ASSERTION]: () => {
        // The client's work, done before the clock runs: each may be used once, and lives for a minute.
        const assertions = Array.from({ length: requests }, newAssertion);
        const found = (index: number) =>
          ({ kind: 'client_assertion', type: ASSERTION_TYPE, assertion: assertions[index]! }) as const;
        return sample(requests, () => inFlight(requests, (index) => issue(found(index), index)));
      },
      [RAW]: () => cpuRound(verify, amount),
    },
    rounds,
  );
  await audit.close();
  rmSync(folder, { recursive: true, force: true });
  const more = median(
    samples[BY_ASSERTION].map(
      ({ cpuMicros }, round) => (cpuMicros - samples[BY_SECRET][round]!.cpuMicros) / samples[RAW][round]!.cpuMicros,
    ),
  );
  return {
    title: 'authenticating: a token by secret and by an assertion, ES256',
    conditions: [
      `the use case in process with durable audit and no transport; median of ${rounds} rounds of ${requests} tokens`,
      'the guard that remembers assertions is not asked: where it is Redis or PostgreSQL, a query comes on top',
    ],
    rows: ([BY_SECRET, BY_ASSERTION] as const).map((name) => ({
      'client proves itself by': name,
      'CPU µs/token': medianCpu(samples[name]),
      '× secret': cpuRatio(samples[name], samples[BY_SECRET]),
      'more than a secret, in raw verifications': name === BY_ASSERTION ? more : 0,
    })),
    goals: [{ what: 'CPU: (private_key_jwt − secret) ÷ raw verify', measured: more, atMost: 1.3 }],
  };
}

function rawVerify(assertion: string, jwk: object): () => boolean {
  const parsed = parseCompact(assertion)!;
  const imported = importPublicJwk(jwk);
  if (!imported.ok) throw new Error(imported.defect);
  const { publicKey } = imported.key;
  return () => verifyBytes('ES256', publicKey, parsed.signingInput, parsed.signature);
}
