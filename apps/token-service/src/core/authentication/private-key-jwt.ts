import type { CompactJws } from '@mintmark/jws';
import type { DeclaredCredential } from '../model/client.ts';
import { ASSERTION_ALGORITHMS } from '../model/trusted-issuer.ts';
import { isAudience, readAssertion } from './assertion-checks.ts';
import { findSigner } from './assertion-keys.ts';
import type { AssertionPorts } from './assertion-ports.ts';
import { useOnce } from './one-time-use.ts';
import type { Proof, RefusalReason, UndecidedReason } from './proof.ts';

const method = 'private_key_jwt';

/** `typ` of the corrected RFC 7523; libraries that do not know it yet write JWT or nothing. */
const TYPES = ['client-authentication+jwt', 'JWT'];

/**
 * A client that signs its own assertion (RFC 7523 §2.2, as corrected by RFC 10070): `iss` and `sub` are its id, and `aud` is this
 * issuer alone. An assertion for the URL of the token endpoint could be had from a client that takes another server's word
 * for what that URL is.
 */
export async function provePrivateKey(jws: CompactJws, ports: AssertionPorts): Promise<Proof> {
  const { iss, sub, aud } = jws.payload;
  const claimed = typeof iss === 'string' ? iss : undefined;
  const refuted = (reason: RefusalReason): Proof => ({ outcome: 'refuted', method, claimed, reason });
  const client = claimed === undefined ? undefined : ports.registry.client(claimed);
  if (!client) return refuted('client-unknown');
  const undecided = (reason: UndecidedReason): Proof => ({ outcome: 'undecided', method, claimed: client.id, reason });
  const credentials = client.credentials.filter(({ kind }) => kind === method) as readonly PrivateKeyJwt[];
  if (credentials.length === 0) return refuted('method-not-declared');

  const rules = {
    header: [],
    types: TYPES,
    algorithms: ASSERTION_ALGORITHMS,
    maxLifetimeSeconds: ports.assertionSeconds,
  };
  const read = readAssertion(jws, rules, ports.now);
  if (!read.ok) return refuted(read.reason);
  const { assertion } = read;
  if (sub !== client.id) return refuted('subject-differs');
  if (!isAudience(aud, ports.issuer)) return refuted('audience-wrong');
  if (assertion.jti === undefined) return refuted('jti-missing');

  const signer = await findSigner(assertion, credentials, ports.remoteKeys);
  if (!signer.found) {
    return signer.reason === 'keys-unavailable' ? undecided(signer.reason) : refuted(signer.reason);
  }
  const use = await useOnce(ports.replayGuard, assertion, { issuer: client.id, jti: assertion.jti });
  if (use === 'used-before') return refuted(use);
  if (use !== 'first') return undecided(use);
  return { outcome: 'proved', method, client, credentialId: signer.thumbprint };
}

type PrivateKeyJwt = Extract<DeclaredCredential, { kind: typeof method }>;
