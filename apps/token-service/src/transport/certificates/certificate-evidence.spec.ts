import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Authority, type Identity } from '../../../../../test/clients/certificates.ts';
import { CertificateEvidence } from './certificate-evidence.ts';
import type { ForwardedHeaders, ProxyHeader } from './forwarded-certificate.ts';

const HOUR = 3_600_000;
const now = new Date();
const PROXY = 'ingress.internal';

let root: Authority;
let below: Authority;
let client: Identity;
let proxy: Identity;
beforeAll(async () => {
  root = await Authority.create('root');
  below = await root.intermediate('below');
  client = await root.issue({ validTo: new Date(now.getTime() + 100 * HOUR) });
  proxy = await below.issue({ names: [{ type: 'dns', value: PROXY }], validTo: new Date(now.getTime() + HOUR) });
});

const parse = ({ certificate }: { certificate: string }) => new X509Certificate(certificate);

interface Situation {
  readonly authorized?: boolean;
  readonly sameSinceAccepted?: boolean;
  readonly hours?: number;
  readonly between?: readonly X509Certificate[];
}

/** What a connection of the proxy, with a forwarded certificate, is found to prove. */
function forwardedBy(identity: Identity, situation: Situation = {}) {
  const { authorized = true, sameSinceAccepted = true, hours = 0, between = [] } = situation;
  const evidence = new CertificateEvidence({
    authorities: () => [parse(root)],
    sameSinceAccepted: () => sameSinceAccepted,
    proxy: { name: PROXY, header: 'client-cert' },
    clock: { now: () => new Date(now.getTime() + hours * HOUR) },
  });
  const clientCert = [`:${parse(client).raw.toString('base64')}:`];
  const peer = { leaf: parse(identity), between, authorized, ends: 'a' };
  const [found] = evidence.collect(peer, { clientCert, clientCertChain: [], forwardedClientCert: [] });
  const subject = found?.kind === 'client_certificate' ? found.certificate.serialNumber : undefined;
  return { isClients: subject === parse(client).serialNumber, ignored: evidence.ignored };
}

describe('a proxy whose certificate is of an authority under the trusted one', () => {
  it('is known where the handshake has found it trusted, though Node shows nothing between', () => {
    expect(forwardedBy(proxy)).toEqual({ isClients: true, ignored: 0 });
    expect(forwardedBy(proxy, { sameSinceAccepted: false, between: [parse(below)] })).toMatchObject({
      isClients: true,
    });
  });

  it.each<[string, Situation]>([
    ['the handshake has not', { authorized: false }],
    ['the authorities are others since', { sameSinceAccepted: false }],
    ['its certificate is over since', { hours: 2 }],
  ])('is a stranger where %s', (_, situation) => {
    expect(forwardedBy(proxy, situation)).toEqual({ isClients: false, ignored: 1 });
  });

  it('is a stranger where what is shown between leads to nobody, whatever the handshake found', async () => {
    const between = [parse(await Authority.create('stranger'))];
    expect(forwardedBy(proxy, { between })).toEqual({ isClients: false, ignored: 1 });
  });
});

describe('a certificate in a header that the proxy does not write', () => {
  const NOTHING: ForwardedHeaders = { clientCert: [], clientCertChain: [], forwardedClientCert: [] };
  const standard = () => ({ clientCert: [`:${parse(client).raw.toString('base64')}:`] });
  const envoy = () => ({ forwardedClientCert: [`Cert="${encodeURIComponent(client.certificate)}"`] });

  function collected(header: ProxyHeader, headers: Partial<ForwardedHeaders>) {
    const authorities = [parse(root)];
    const evidence = new CertificateEvidence({
      authorities: () => authorities,
      sameSinceAccepted: () => true,
      proxy: { name: PROXY, header },
      clock: { now: () => now },
    });
    const peer = { leaf: parse(proxy), between: [], authorized: true, ends: 'a' };
    const found = evidence.collect(peer, { ...NOTHING, ...headers });
    return { kinds: found.map(({ kind }) => kind), ignored: evidence.ignored };
  }

  it('is ignored and counted: its caller has written it', () => {
    expect(collected('x-forwarded-client-cert', standard())).toEqual({ kinds: [], ignored: 1 });
    expect(collected('client-cert', envoy())).toEqual({ kinds: [], ignored: 1 });
  });

  it('does not stand in where the proxy says that there was none', () => {
    const forwardedClientCert = ['By=spiffe://x/y;Hash=0123;Subject="CN=somebody"'];
    const headers = { ...standard(), forwardedClientCert };
    expect(collected('x-forwarded-client-cert', headers)).toEqual({ kinds: [], ignored: 1 });
  });

  it('takes nothing from the one in the header that it writes', () => {
    const expected = { kinds: ['client_certificate'], ignored: 1 };
    expect(collected('client-cert', { ...standard(), forwardedClientCert: ['unreadable'] })).toEqual(expected);
    expect(collected('x-forwarded-client-cert', { ...envoy(), clientCertChain: [':AAAA:'] })).toEqual(expected);
    expect(collected('client-cert', { ...standard(), clientCertChain: [] })).toEqual({ ...expected, ignored: 0 });
  });
});
