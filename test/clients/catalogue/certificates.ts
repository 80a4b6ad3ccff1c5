import type { Attempt } from '../attempt.ts';
import type { World } from '../world.ts';
import { ok, refused, type Case, type Scene } from './case.ts';

export const showing =
  (clientId: string, which: keyof World['certificates'], more: Attempt = {}) =>
  ({ world }: Scene): Attempt => ({ listener: 'mtls', clientId, certificate: world.certificates[which], ...more });
const TLS = 'tls_client_auth';
const PINNED = 'self_signed_tls_client_auth';

export const CERTIFICATES: readonly Case[] = [
  ok(TLS, showing('certified', 'certified'), 'SAN DNS'),
  ok(TLS, showing('subject', 'subject'), 'subject DN'),
  ok(TLS, showing('uri', 'uri'), 'SAN URI'),
  ok(TLS, showing('ip', 'ip'), 'SAN IP'),
  ok(TLS, showing('certified', 'chained'), 'of an authority under the trusted one'),
  refused(TLS, 'wrong SAN', 'certificate-name-differs', showing('certified', 'uri')),
  refused(TLS, 'expired', 'certificate-expired', showing('certified', 'expired')),
  refused(TLS, 'of a foreign authority', 'certificate-untrusted', showing('certified', 'foreign')),
  refused(TLS, 'of its own making', 'certificate-untrusted', showing('certified', 'pinned')),
  refused(TLS, 'for servers alone', 'certificate-not-for-clients', showing('certified', 'serverOnly')),
  refused(TLS, 'an unknown client', 'client-unknown', showing('nobody', 'certified')),
  refused(TLS, 'a disabled client', 'client-disabled', showing('closed-certified', 'closed')),
  { method: TLS, what: 'no client_id', code: 'PARAMETER_MISSING', attempt: withoutId(showing('', 'certified')) },
  {
    method: TLS,
    what: 'no certificate',
    code: 'EVIDENCE_MISSING',
    attempt: () => ({ listener: 'mtls', clientId: 'certified' }),
  },
  ok(PINNED, showing('pinned', 'pinned')),
  refused(PINNED, 'another key', 'certificate-key-unknown', showing('pinned', 'unknown')),
  refused(PINNED, 'expired', 'certificate-expired', showing('pinned', 'pinnedExpired')),
  refused(PINNED, 'a disabled client', 'client-disabled', showing('closed-pinned', 'pinned')),
];

function withoutId(attempt: Case['attempt']): Case['attempt'] {
  return (scene) => {
    const { clientId, ...rest } = attempt(scene);
    return rest;
  };
}
