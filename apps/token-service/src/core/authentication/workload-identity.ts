import type { CompactJws, JsonObject } from '@mintmark/jws';
import type { TrustedIssuer } from '../model/trusted-issuer.ts';
import type { RegistrySnapshot, Workload } from '../registry/registry-snapshot.ts';
import { isAudience, readAssertion, type Assertion } from './assertion-checks.ts';
import { findSigner } from './assertion-keys.ts';
import type { AssertionPorts } from './assertion-ports.ts';
import { useOnce } from './one-time-use.ts';
import type { Proof, RefusalReason } from './proof.ts';
import { WORKLOAD_PROFILES } from './workload-profiles.ts';

const method = 'workload_identity';

/** The trusted issuer a token says it is of: by `iss`, or by the trust domain of a SPIFFE ID, whose tokens may lack `iss`. */
export function issuerOf({ iss, sub }: JsonObject, registry: RegistrySnapshot): TrustedIssuer | undefined {
  const named = typeof iss === 'string' ? registry.issuer(iss) : undefined;
  if (named) return named;
  const [, trustDomain] = typeof sub === 'string' ? (/^(spiffe:\/\/[^/]+)\//.exec(sub) ?? []) : [];
  return trustDomain === undefined ? undefined : registry.issuer(trustDomain);
}

/**
 * A workload that shows the token its platform made for it: a trusted issuer vouches for the subject, and exactly one client
 * declares to be that.
 */
export async function proveWorkload(jws: CompactJws, issuer: TrustedIssuer, ports: AssertionPorts): Promise<Proof> {
  const { sub } = jws.payload;
  const claimed = typeof sub === 'string' ? sub : undefined;
  const refuted = (reason: RefusalReason): Proof => ({ outcome: 'refuted', method, claimed, reason });
  const rules = { ...WORKLOAD_PROFILES[issuer.profile], algorithms: issuer.algorithms };
  const read = readAssertion(jws, rules, ports.now);
  if (!read.ok) return refuted(read.reason);
  if (issuer.disabled) return refuted('issuer-disabled');
  const { assertion } = read;
  const workload = workloadOf(assertion, issuer, ports.registry);
  if (typeof workload === 'string') return refuted(workload);

  const signer = await findSigner(assertion, [issuer.keys], ports.remoteKeys);
  const undecided = { outcome: 'undecided', method, claimed: assertion.subject } as const;
  if (!signer.found) {
    return signer.reason === 'keys-unavailable' ? { ...undecided, reason: signer.reason } : refuted(signer.reason);
  }
  if (issuer.tokenUse === 'once') {
    if (assertion.jti === undefined) return refuted('jti-missing');
    const use = await useOnce(ports.replayGuard, assertion, { issuer: issuer.id, jti: assertion.jti });
    if (use === 'used-before') return refuted(use);
    if (use !== 'first') return { ...undecided, reason: use };
  }
  return { outcome: 'proved', method, client: workload.client, credentialId: issuer.id };
}

function workloadOf(
  { jws, subject }: Assertion,
  issuer: TrustedIssuer,
  registry: RegistrySnapshot,
): Workload | RefusalReason {
  const { payload } = jws;
  const declared = registry.workloads(issuer.id, subject);
  if (declared.length === 0) return 'workload-unknown';
  const meant = declared.find(({ identity }) => isAudience(payload['aud'], identity.audience));
  if (!meant) return 'audience-wrong';
  const { claims = {} } = meant.identity;
  const agrees = Object.entries(claims).every(
    ([name, value]) => Object.hasOwn(payload, name) && payload[name] === value,
  );
  return agrees && WORKLOAD_PROFILES[issuer.profile].agrees(payload, meant.identity) ? meant : 'claims-differ';
}
