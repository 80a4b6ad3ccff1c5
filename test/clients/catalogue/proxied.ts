import {
  PROXY_HEADERS,
  type ProxyHeader,
} from '../../../apps/token-service/src/transport/certificates/forwarded-certificate.ts';
import type { Attempt } from '../attempt.ts';
import type { Identity } from '../certificates.ts';
import type { World } from '../world.ts';
import { malformed, ok, refused, type Case, type Scene } from './case.ts';
import { showing } from './certificates.ts';

const der = ({ certificate }: Identity) => certificate.replaceAll(/-----[^-]+-----|\s/g, '');

interface Form {
  /** What is in the header for this client. */
  readonly write: (identity: Identity) => string;
  /** A certificate that is none. */
  readonly unreadable: string;
}

const FORMS: Readonly<Record<ProxyHeader, Form>> = {
  'client-cert': { write: (identity) => `:${der(identity)}:`, unreadable: ':AAAA:' },
  'x-forwarded-client-cert': {
    write: ({ certificate }) =>
      `By=spiffe://x/ingress;Hash=ab;Cert="${encodeURIComponent(certificate)}";URI=spiffe://x/y`,
    unreadable: 'By=spiffe://x/ingress;Hash=ab;Cert="AAAA"',
  },
};

/** Headers with the certificates of others than the one who sends them. */
type Forwards = Partial<Record<ProxyHeader, keyof World['certificates']>>;

const forwarded =
  (clientId: string, forwards: Forwards, by?: keyof World['certificates']) =>
  ({ world }: Scene): Attempt => ({
    clientId,
    headers: Object.fromEntries(
      Object.entries(forwards).map(([header, which]) => [
        header,
        FORMS[header as ProxyHeader].write(world.certificates[which]),
      ]),
    ),
    ...(by ? { listener: 'mtls', certificate: world.certificates[by] } : {}),
  });

export const PROXIED: readonly Case[] = PROXY_HEADERS.flatMap((header) =>
  behindOneThatWrites(header).map((each) => ({ ...each, proxyHeader: header })),
);

function behindOneThatWrites(header: ProxyHeader): readonly Case[] {
  const proxy = `behind a proxy that writes ${header}`;
  const missing = (what: string, attempt: Case['attempt']): Case => ({
    method: proxy,
    what,
    code: 'EVIDENCE_MISSING',
    attempt,
  });
  const others = PROXY_HEADERS.filter((each) => each !== header);
  return [
    ok(proxy, forwarded('certified', { [header]: 'certified' }, 'proxy')),
    ok(proxy, forwarded('pinned', { [header]: 'pinned' }, 'proxy'), 'its own key'),
    refused(proxy, 'wrong SAN', 'certificate-name-differs', forwarded('certified', { [header]: 'uri' }, 'proxy')),
    refused(proxy, 'expired', 'certificate-expired', forwarded('certified', { [header]: 'expired' }, 'proxy')),
    refused(
      proxy,
      'of a foreign authority',
      'certificate-untrusted',
      forwarded('certified', { [header]: 'foreign' }, 'proxy'),
    ),
    missing('nothing forwarded', showing('certified', 'proxy')),
    malformed(proxy, 'no certificate in the header', (scene) => ({
      ...showing('certified', 'proxy')(scene),
      headers: { [header]: FORMS[header].unreadable },
    })),
    ...others.flatMap((other) => [
      missing(
        `${other} of a caller without a certificate, let through`,
        forwarded('certified', { [other]: 'certified' }, 'proxy'),
      ),
      refused(
        proxy,
        `${other} of a caller with another certificate, let through`,
        'certificate-name-differs',
        forwarded('certified', { [header]: 'uri', [other]: 'certified' }, 'proxy'),
      ),
      ok(
        proxy,
        forwarded('certified', { [header]: 'certified', [other]: 'uri' }, 'proxy'),
        `${other} beside, which says nothing`,
      ),
    ]),
    ...PROXY_HEADERS.map((any) =>
      missing(`${any} of a stranger without TLS`, forwarded('certified', { [any]: 'certified' })),
    ),
    refused(
      proxy,
      'header from a client with a certificate',
      'certificate-name-differs',
      forwarded('certified', { [header]: 'certified' }, 'uri'),
    ),
    refused(
      proxy,
      'header from one who only calls itself so',
      'certificate-untrusted',
      forwarded('certified', { [header]: 'certified' }, 'foreign'),
    ),
  ];
}
