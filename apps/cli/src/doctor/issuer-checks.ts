import { failed, ok, skipped, warning, type Finding } from './diagnosis.ts';
import type { Probe } from './probe.ts';

/** ε of the key lifecycle: beyond it a replica stops signing, and tokens are refused as expired or from the future. */
const CLOCK_ERROR_SECONDS = 10;

/** RFC 7518 §6: members that only the owner of a key may have. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

export function reachable(issuer: string, metadata: Probe): Finding {
  if (!metadata.reached) {
    return failed(
      `${issuer} does not answer (${metadata.reason})`,
      'Start the token service, or log in with its right address.',
    );
  }
  if (metadata.status === 200) return ok(`${issuer} answers`);
  return failed(`${issuer} answers HTTP ${metadata.status}`, 'Check that the address is that of the issuer.');
}

/** The Date header has whole seconds, so a second more or less says nothing. */
export function clockSkew(metadata: Probe, now: number): Finding {
  if (!metadata.reached || !metadata.date) return skipped('the issuer told no time');
  const middle = (metadata.sentAt + now) / 2;
  const seconds = Math.round((metadata.date.getTime() + 500 - middle) / 1000);
  const detail = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine`;
  const fix = 'Synchronise both clocks (NTP).';
  if (Math.abs(seconds) > CLOCK_ERROR_SECONDS) return failed(detail, fix);
  return Math.abs(seconds) > CLOCK_ERROR_SECONDS / 2 ? warning(detail, fix) : ok(detail);
}

export function metadataIssuer(issuer: string, metadata: Probe): Finding {
  if (!metadata.reached) return skipped('no metadata');
  const { issuer: named } = (metadata.body ?? {}) as { issuer?: unknown };
  if (named === issuer) return ok(`it calls itself ${issuer}`);
  const fix = 'Log in with --issuer exactly as the service has it in MINTMARK_ISSUER.';
  return failed(`it calls itself ${String(named)}, not ${issuer}: clients refuse that`, fix);
}

export function keySet(jwks: Probe): Finding {
  if (!jwks.reached || jwks.status !== 200) {
    return failed(
      jwks.reached ? `HTTP ${jwks.status}` : jwks.reason,
      'Verifiers need the key set: see /readyz and the log of the service.',
    );
  }
  const { keys } = (jwks.body ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0)
    return failed('it has no keys', 'See /readyz and the log of the service.');
  const members = keys as Record<string, unknown>[];
  if (members.some((key) => PRIVATE_MEMBERS.some((name) => name in key))) {
    return failed('it shows a private key', 'Stop the service, and treat every key in the set as stolen.');
  }
  const kids = new Set(members.map(({ kid }) => kid));
  if (kids.size < members.length || kids.has(undefined))
    return failed('a kid is missing or occurs twice', 'Verifiers refuse the set: see the log of the service.');
  return ok(`${members.length} keys, none of them private`);
}

export function readiness(management: string, probe: Probe): Finding {
  if (!probe.reached) {
    const fix = 'It is reached from the host alone, as a rule: run doctor there, or give --management.';
    return warning(`${management} does not answer (${probe.reason})`, fix);
  }
  const { reasons } = (probe.body ?? {}) as { reasons?: unknown };
  if (probe.status === 200) return ok('ready to sign');
  const why = Array.isArray(reasons) ? reasons.join(', ') : `HTTP ${probe.status}`;
  return failed(`not ready: ${why}`, 'See the log of the service.');
}
