import type { Attempt } from '../attempt.ts';
import type { Identity } from '../certificates.ts';
import type { World } from '../world.ts';
import { ok, refused, malformed, type Case, type Scene } from './case.ts';
import { showing } from './certificates.ts';

const der = ({ certificate }: Identity) => certificate.replaceAll(/-----[^-]+-----|\s/g, '');
const standard = (identity: Identity) => ({ 'client-cert': `:${der(identity)}:` });
const envoy = (identity: Identity) => ({
  'x-forwarded-client-cert': `By=spiffe://x/ingress;Hash=ab;Cert="${encodeURIComponent(identity.certificate)}";URI=spiffe://x/y`,
});
const forwarded =
  (
    clientId: string,
    which: keyof World['certificates'],
    form: typeof standard | typeof envoy,
    by?: keyof World['certificates'],
  ) =>
  ({ world }: Scene): Attempt => ({
    clientId,
    headers: form(world.certificates[which]),
    ...(by ? { listener: 'mtls', certificate: world.certificates[by] } : {}),
  });
const PROXY = 'behind the proxy';

export const PROXIED: readonly Case[] = [
  ok(PROXY, forwarded('certified', 'certified', standard, 'proxy'), 'Client-Cert'),
  ok(PROXY, forwarded('certified', 'certified', envoy, 'proxy'), 'x-forwarded-client-cert'),
  ok(PROXY, forwarded('pinned', 'pinned', standard, 'proxy'), 'its own key'),
  refused(PROXY, 'wrong SAN', 'certificate-name-differs', forwarded('certified', 'uri', standard, 'proxy')),
  refused(PROXY, 'expired', 'certificate-expired', forwarded('certified', 'expired', envoy, 'proxy')),
  refused(
    PROXY,
    'of a foreign authority',
    'certificate-untrusted',
    forwarded('certified', 'foreign', standard, 'proxy'),
  ),
  { method: PROXY, what: 'nothing forwarded', code: 'EVIDENCE_MISSING', attempt: showing('certified', 'proxy') },
  malformed(PROXY, 'no certificate in the header', ({ world }) => ({
    ...showing('certified', 'proxy')({ world, secretOf: () => '' }),
    headers: { 'client-cert': ':AAAA:' },
  })),
  {
    method: PROXY,
    what: 'both headers',
    code: 'EVIDENCE_AMBIGUOUS',
    attempt: ({ world }) => ({
      ...showing('certified', 'proxy')({ world, secretOf: () => '' }),
      headers: { ...standard(world.certificates.certified), ...envoy(world.certificates.certified) },
    }),
  },
  {
    method: PROXY,
    what: 'header from a stranger without TLS',
    code: 'EVIDENCE_MISSING',
    attempt: forwarded('certified', 'certified', standard),
  },
  {
    method: PROXY,
    what: "Envoy's header from a stranger without TLS",
    code: 'EVIDENCE_MISSING',
    attempt: forwarded('certified', 'certified', envoy),
  },
  refused(
    PROXY,
    'header from a client with a certificate',
    'certificate-name-differs',
    forwarded('certified', 'certified', standard, 'uri'),
  ),
  refused(
    PROXY,
    'header from one who only calls itself so',
    'certificate-untrusted',
    forwarded('certified', 'certified', standard, 'foreign'),
  ),
];
